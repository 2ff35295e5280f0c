-- A database of bookings in our own words, for SQLite 3.37 and later. docs/booking-database.md explains it.
-- One row of yingbin_bookings is one meeting in one room. Times are texts with an offset: 2026-12-01T09:00:00+08:00.

CREATE TABLE yingbin_bookings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL DEFAULT '',           -- the name it has wherever it is copied to; '' : none
    occurrence TEXT NOT NULL DEFAULT '',    -- tells the dates of one uid apart
    booking TEXT NOT NULL DEFAULT '',       -- meetings of one client's booking have the same; '' : it stands alone
    title_zh TEXT NOT NULL DEFAULT '',
    title_en TEXT NOT NULL DEFAULT '',
    room TEXT NOT NULL,                     -- the key or the name of a room of the house
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'definite'
        CHECK (state IN ('inquiry', 'option', 'option_sent', 'definite', 'declined', 'lapsed', 'cancelled')),
    client TEXT NOT NULL DEFAULT '',
    headcount_least INTEGER,
    headcount_most INTEGER,
    headcount_guaranteed INTEGER,
    style TEXT CHECK (style IN ('theatre', 'classroom', 'u_shape', 'boardroom', 'cabaret', 'banquet_rounds')),
    paid INTEGER NOT NULL DEFAULT 0 CHECK (paid IN (0, 1)),
    reply_by TEXT,
    made_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now'))
);
CREATE INDEX yingbin_bookings_times ON yingbin_bookings (starts_at, ends_at);
CREATE INDEX yingbin_bookings_uid ON yingbin_bookings (uid);

CREATE TABLE yingbin_guests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    booking_id INTEGER NOT NULL REFERENCES yingbin_bookings (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    company TEXT NOT NULL DEFAULT '',
    language TEXT CHECK (language IN ('zh', 'en')),
    phone TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '',
    diets TEXT NOT NULL DEFAULT '',         -- of vegetarian, vegan, halal, gluten_free; several with commas
    diet_note TEXT NOT NULL DEFAULT '',
    step_free INTEGER NOT NULL DEFAULT 0 CHECK (step_free IN (0, 1)),
    drink TEXT NOT NULL DEFAULT '',
    party TEXT NOT NULL DEFAULT '',
    seat TEXT NOT NULL DEFAULT '',
    vip INTEGER NOT NULL DEFAULT 0,         -- 0: nobody in particular; 1 is the highest level
    rsvp TEXT NOT NULL DEFAULT 'needs_action'
        CHECK (rsvp IN ('needs_action', 'accepted', 'declined', 'tentative'))
);
CREATE INDEX yingbin_guests_booking ON yingbin_guests (booking_id);

-- What changed. One writer at a time has SQLite, so the numbers come in the order of the commits. Rows older than two
-- days may be deleted.
CREATE TABLE yingbin_changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    booking_id INTEGER NOT NULL,
    at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TRIGGER yingbin_bookings_added AFTER INSERT ON yingbin_bookings BEGIN
    INSERT INTO yingbin_changes (booking_id) VALUES (NEW.id);
END;
CREATE TRIGGER yingbin_bookings_changed AFTER UPDATE ON yingbin_bookings BEGIN
    INSERT INTO yingbin_changes (booking_id) VALUES (OLD.id);
    INSERT INTO yingbin_changes (booking_id) VALUES (NEW.id);
END;
CREATE TRIGGER yingbin_bookings_deleted AFTER DELETE ON yingbin_bookings BEGIN
    INSERT INTO yingbin_changes (booking_id) VALUES (OLD.id);
END;
CREATE TRIGGER yingbin_guests_added AFTER INSERT ON yingbin_guests BEGIN
    INSERT INTO yingbin_changes (booking_id) VALUES (NEW.booking_id);
END;
CREATE TRIGGER yingbin_guests_changed AFTER UPDATE ON yingbin_guests BEGIN
    INSERT INTO yingbin_changes (booking_id) VALUES (OLD.booking_id);
    INSERT INTO yingbin_changes (booking_id) VALUES (NEW.booking_id);
END;
CREATE TRIGGER yingbin_guests_deleted AFTER DELETE ON yingbin_guests BEGIN
    INSERT INTO yingbin_changes (booking_id) VALUES (OLD.booking_id);
END;

-- What became of the meetings, written by the hub: numbers and times, never names. For a database of others, run this
-- statement alone.
CREATE TABLE yingbin_outcomes (
    booking TEXT NOT NULL,                  -- the key of the row of bookings
    occurrence TEXT NOT NULL DEFAULT '',
    uid TEXT NOT NULL,
    op TEXT NOT NULL UNIQUE,                -- the hub's name for this writing: repeated, it counts once
    expected INTEGER NOT NULL,
    attended INTEGER NOT NULL,
    first_check_in_at TEXT,
    started_at TEXT,
    ended_at TEXT,
    no_show INTEGER NOT NULL,
    released_at TEXT,                       -- from when the room was free again though the time was not over
    ends_at TEXT NOT NULL,                  -- the end to show, earlier than booked where the room was released
    written_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (booking, occurrence)
);
