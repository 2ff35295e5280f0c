-- A database of bookings in our own words, for PostgreSQL 13 and later. docs/booking-database.md explains it.
-- One row of yingbin_bookings is one meeting in one room.

CREATE TABLE yingbin_bookings (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid text NOT NULL DEFAULT '',           -- the name it has wherever it is copied to; '' : none
    occurrence text NOT NULL DEFAULT '',    -- tells the dates of one uid apart
    booking text NOT NULL DEFAULT '',       -- meetings of one client's booking have the same; '' : it stands alone
    title_zh text NOT NULL DEFAULT '',
    title_en text NOT NULL DEFAULT '',
    room text NOT NULL,                     -- the key or the name of a room of the house
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'definite'
        CHECK (state IN ('inquiry', 'option', 'option_sent', 'definite', 'declined', 'lapsed', 'cancelled')),
    client text NOT NULL DEFAULT '',
    headcount_least integer,
    headcount_most integer,
    headcount_guaranteed integer,
    style text CHECK (style IN ('theatre', 'classroom', 'u_shape', 'boardroom', 'cabaret', 'banquet_rounds')),
    paid boolean NOT NULL DEFAULT false,
    reply_by timestamptz,
    made_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX yingbin_bookings_times ON yingbin_bookings (starts_at, ends_at);
CREATE INDEX yingbin_bookings_uid ON yingbin_bookings (uid);

CREATE TABLE yingbin_guests (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    booking_id bigint NOT NULL REFERENCES yingbin_bookings (id) ON DELETE CASCADE,
    name text NOT NULL,
    title text NOT NULL DEFAULT '',
    company text NOT NULL DEFAULT '',
    language text CHECK (language IN ('zh', 'en')),
    phone text NOT NULL DEFAULT '',
    email text NOT NULL DEFAULT '',
    diets text NOT NULL DEFAULT '',         -- of vegetarian, vegan, halal, gluten_free; several with commas
    diet_note text NOT NULL DEFAULT '',
    step_free boolean NOT NULL DEFAULT false,
    drink text NOT NULL DEFAULT '',
    party text NOT NULL DEFAULT '',
    seat text NOT NULL DEFAULT '',
    vip integer NOT NULL DEFAULT 0,         -- 0: nobody in particular; 1 is the highest level
    rsvp text NOT NULL DEFAULT 'needs_action'
        CHECK (rsvp IN ('needs_action', 'accepted', 'declined', 'tentative'))
);
CREATE INDEX yingbin_guests_booking ON yingbin_guests (booking_id);

-- What changed, in the words of the database itself. xid tells the hub which rows were not visible when it last looked,
-- so that a transaction that commits late is not overlooked. Rows older than two days may be deleted.
CREATE TABLE yingbin_changes (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    booking_id bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX yingbin_changes_xid ON yingbin_changes (xid);

-- Runs with its owner's rights: whoever may enter bookings needs none to the log.
CREATE FUNCTION yingbin_note_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
DECLARE
    column_name text := TG_ARGV[0];
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO yingbin_changes (booking_id) VALUES ((to_jsonb(OLD) ->> column_name)::bigint);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO yingbin_changes (booking_id) VALUES ((to_jsonb(NEW) ->> column_name)::bigint);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER yingbin_bookings_changed AFTER INSERT OR UPDATE OR DELETE ON yingbin_bookings
    FOR EACH ROW EXECUTE FUNCTION yingbin_note_change('id');
CREATE TRIGGER yingbin_guests_changed AFTER INSERT OR UPDATE OR DELETE ON yingbin_guests
    FOR EACH ROW EXECUTE FUNCTION yingbin_note_change('booking_id');

-- What became of the meetings, written by the hub: numbers and times, never names. For a database of others, run this
-- statement alone.
CREATE TABLE yingbin_outcomes (
    booking text NOT NULL,                  -- the key of the row of bookings
    occurrence text NOT NULL DEFAULT '',
    uid text NOT NULL,
    op text NOT NULL UNIQUE,                -- the hub's name for this writing: repeated, it counts once
    expected integer NOT NULL,
    attended integer NOT NULL,
    first_check_in_at timestamptz,
    started_at timestamptz,
    ended_at timestamptz,
    no_show boolean NOT NULL,
    released_at timestamptz,                -- from when the room was free again though the time was not over
    ends_at timestamptz NOT NULL,           -- the end to show, earlier than booked where the room was released
    written_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (booking, occurrence)
);
