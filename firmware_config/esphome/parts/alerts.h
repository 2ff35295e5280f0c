// What a pager does with alerts and presses: the rules of docs/mqtt.yaml (down/alert, up/ack). Plain C++17, so that a test
// runs it; devices/simulation/pager.py is the same in Python, and both are tested with the same cases.
#pragma once

#include <algorithm>
#include <chrono>
#include <deque>
#include <string>
#include <vector>

#include "pager.h"

namespace pager {

constexpr size_t MOST = 8;     ///< Alerts that wait; the least of more is dropped unseen, and the hub asks somebody else.
constexpr size_t KNOWN = 64;   ///< Ids remembered, so that an alert that comes twice is shown once.
constexpr size_t UNSENT = 32;  ///< Answers kept without a network.
constexpr uint64_t RING_EVERY_MS = 5000, RING_FOR_MS = 120000, NOTE_MS = 5000, PAGE_MS = 4000;
constexpr uint64_t SETTLE_MS = 1000;  ///< A press so soon after the screen has changed was meant for what stood before.
constexpr int WIDTH = 16, TEXT_LINES = 3, LABEL_COLUMNS = 7;

/// Milliseconds since the pager's start; never goes back.
inline uint64_t mono_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

/// Milliseconds since 1970 of an RFC 3339 instant such as 2026-11-22T13:00:00.250Z; 0 when it is none.
inline uint64_t instant_ms(const std::string &text) {
  int year, month, day, hour, minute, second, used = 0;
  if (sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second, &used) != 6 ||
      year < 1970 || month < 1 || month > 12)
    return 0;
  int thousandths = 0, scale = 100;
  size_t at = used;
  if (at < text.size() && text[at] == '.')
    for (at++; at < text.size() && text[at] >= '0' && text[at] <= '9'; at++, scale /= 10)
      thousandths += (text[at] - '0') * scale;
  if (text.substr(at) != "Z" && text.substr(at) != "+00:00")
    return 0;  // the hub writes Z
  // Days since 1970 by the civil calendar, with the year beginning in March.
  const int shifted = month > 2 ? year : year - 1, era = shifted / 400, of_era = shifted - era * 400;
  const int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t days = era * 146097LL + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
  return static_cast<uint64_t>(((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + thousandths;
}

/// The signs of a text, each as its UTF-8 bytes.
inline std::vector<std::string> signs(const std::string &text) {
  std::vector<std::string> found;
  for (const char byte : text) {
    if (found.empty() || (static_cast<uint8_t>(byte) & 0xC0) != 0x80)
      found.emplace_back();
    found.back() += byte;
  }
  return found;
}

/// How many columns a sign takes: Chinese, Japanese, Korean, full-width forms and pictures two (UAX #11), marks none.
inline int columns_of(const std::string &sign) {
  const auto byte = [&](size_t at) { return static_cast<uint32_t>(static_cast<uint8_t>(sign[at])); };
  uint32_t code = byte(0);
  if (sign.size() == 2)
    code = (code & 0x1F) << 6 | (byte(1) & 0x3F);
  else if (sign.size() == 3)
    code = (code & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
  else if (sign.size() == 4)
    code = (code & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
  if (code >= 0x300 && code <= 0x36F)
    return 0;
  const bool wide = (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF && code != 0x303F) ||
                    (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
                    (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF01 && code <= 0xFF60) ||
                    (code >= 0xFFE0 && code <= 0xFFE6) || (code >= 0x1F300 && code <= 0x1F64F) ||
                    (code >= 0x1F900 && code <= 0x1F9FF) || (code >= 0x20000 && code <= 0x3FFFD);
  return wide ? 2 : 1;
}

inline int columns(const std::string &text) {
  int sum = 0;
  for (const auto &sign : signs(text))
    sum += columns_of(sign);
  return sum;
}

/// The beginning of a text that fits.
inline std::string fitting(const std::string &text, int most) {
  std::string found;
  for (const auto &sign : signs(text)) {
    if (columns(found) + columns_of(sign) > most)
      break;
    found += sign;
  }
  return found;
}

/// A text as lines, cut wherever one is full; a line begins with no space.
inline std::vector<std::string> wrap(const std::string &text) {
  std::vector<std::string> lines;
  std::string line;
  for (const auto &sign : signs(text)) {
    if (columns(line) + columns_of(sign) > WIDTH) {
      lines.push_back(line);
      line.clear();
    }
    if (!line.empty() || sign != " ")
      line += sign;
  }
  if (!line.empty())
    lines.push_back(line);
  return lines;
}

using Page = std::vector<std::string>;

/// Texts as screens of three lines; each text begins a screen of its own, an empty one needs none.
inline std::vector<Page> pages(const std::vector<std::string> &texts) {
  std::vector<Page> found;
  for (const auto &text : texts) {
    const auto lines = wrap(text);
    for (size_t at = 0; at < lines.size(); at++) {
      if (at % TEXT_LINES == 0)
        found.emplace_back();
      found.back().push_back(lines[at]);
    }
  }
  if (found.empty())
    found.emplace_back();
  for (auto &page : found)
    page.resize(TEXT_LINES);
  return found;
}

struct Action {
  std::string did, label;
};

/// What the two buttons mean, with "!" without a network and the number of alerts if several wait.
inline std::string footer(const std::vector<Action> &offers, size_t waiting, bool online) {
  const std::string left = offers.empty() ? "OK" : offers.front().label;
  const std::string right = offers.size() > 1 ? offers.back().label : "";
  const std::string middle = std::string(online ? "" : "!") + (waiting > 1 ? std::to_string(waiting) : "");
  const int free = std::max(0, WIDTH - columns(left) - columns(middle) - columns(right));
  std::string line = left + std::string(free / 2, ' ') + middle + std::string(free - free / 2, ' ') + right;
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

enum class Sound { NONE, BUZZ, TUNE, URGENT };

/// One alert; the fields of docs/mqtt.yaml that a pager needs. ``ends`` and ``came`` count from the pager's start.
struct Alert {
  std::string id, tag, glance, detail, ring, ts, expires_at;
  int priority = 3;
  std::vector<Action> offers;
  bool over = false;
  uint64_t came = 0, ends = 0, rings_until = 0;
  bool buzz = false, shown = false, accepted = false;

  /// Offers an answer; one that this pager does not know, or one too many, is left out.
  void offer(const std::string &did, const std::string &label) {
    if (offers.size() < 3 && (did == "accept" || did == "pass_on" || did == "done" || did == "seen"))
      offers.push_back({did, fitting(label, LABEL_COLUMNS)});
  }
};

/// Takes alerts and presses. ``unsent`` are its answers, in order, until they are sent; ids are fixed at the press.
struct Pager {
  Voice *voice = nullptr;
  std::vector<Alert> held;
  std::deque<std::string> known, unsent;
  std::string note, drawn;
  uint64_t note_until = 0, drawn_at = 0, next_ring = 0;

  /// An alert from the wire; one that is known, too old, or no alert at all changes nothing.
  void take(Alert alert, uint64_t now) {
    forget_old(now);
    const uint64_t clock = voice->clock(), expires = instant_ms(alert.expires_at);
    // Without the time of day what counts is how long the hub gives it.
    const uint64_t from = clock >= TOLD_MS ? clock : instant_ms(alert.ts);
    if (alert.id.empty() || alert.tag.empty() || alert.glance.empty() || from == 0 || expires <= from ||
        std::find(known.begin(), known.end(), alert.id) != known.end())
      return;
    remember(known, alert.id, KNOWN);
    const auto earlier = std::find_if(held.begin(), held.end(), [&](const Alert &one) { return one.tag == alert.tag; });
    const bool replaces = earlier != held.end();
    alert.came = replaces ? earlier->came : now;
    alert.ends = now + (expires - from);
    if (replaces)
      held.erase(earlier);
    if (alert.over) {
      if (replaces)
        say_note(alert.glance, now);
      return;
    }
    alert.buzz = alert.ring == "buzz";
    const std::string id = alert.id;
    const bool loud = alert.ring == "loud";
    alert.rings_until = loud ? now + RING_FOR_MS : 0;
    held.push_back(std::move(alert));
    sort();
    if (held.size() > MOST) {
      const bool itself = held.back().id == id;
      held.pop_back();
      if (itself)
        return;
    }
    note.clear();
    if (loud)
      next_ring = now;
  }

  /// Answers the alert on the screen; a note that stands there goes away instead.
  void press(bool first, uint64_t now) {
    forget_old(now);
    if (!note.empty()) {
      note.clear();
      return;
    }
    if (held.empty() || drawn != held.front().id || now - drawn_at < SETTLE_MS)
      return;
    Alert &alert = held.front();
    bool stays = false;
    if (!alert.offers.empty()) {
      const auto pressed = first ? alert.offers.begin() : alert.offers.end() - 1;
      say(alert, pressed->did.c_str());
      stays = pressed->did == "accept";
      alert.offers.erase(pressed);
    } else if (!alert.accepted) {
      say(alert, "seen");
    }
    alert.accepted = stays;
    if (!stays)
      held.erase(held.begin());
    sort();
    drawn_at = now;
  }

  /// What is to be heard now; to be asked several times a second.
  Sound tick(uint64_t now) {
    forget_old(now);
    bool loud = false, urgent = false;
    for (const auto &one : held)
      if (!one.accepted && now < one.rings_until) {
        loud = true;
        urgent = urgent || one.priority == 1;
      }
    if (loud && now >= next_ring) {
      next_ring = now + RING_EVERY_MS;
      still();
      return urgent ? Sound::URGENT : Sound::TUNE;
    }
    return still() ? Sound::BUZZ : Sound::NONE;
  }

  /// The four lines of the screen; an alert that stands there for the first time is said to be shown.
  Page draw(uint64_t now, bool online) {
    forget_old(now);
    if (!note.empty() || held.empty()) {
      drawn.clear();
      Page page = note.empty() ? pages({})[0] : pages({note})[0];
      page.emplace_back(note.empty() && !online ? "no network" : "");
      return page;
    }
    Alert &top = held.front();
    if (drawn != top.id) {
      drawn = top.id;
      drawn_at = now;
    }
    if (!top.shown) {
      top.shown = true;
      say(top, "shown");
    }
    const auto found = pages({top.glance, top.detail});
    Page page = found[(now - drawn_at) / PAGE_MS % found.size()];
    page.push_back(footer(top.offers, held.size(), online));
    return page;
  }

  /// Shows a word for a moment, such as why an alert is over.
  void say_note(const std::string &text, uint64_t now) {
    note = text;
    note_until = now + NOTE_MS;
  }

 private:
  static void remember(std::deque<std::string> &among, const std::string &text, size_t most) {
    among.push_back(text);
    if (among.size() > most)
      among.pop_front();
  }

  void say(const Alert &alert, const char *did) { remember(unsent, voice->answer(alert.id, did), UNSENT); }

  /// What nobody has accepted comes first, then the highest priority, then the oldest.
  void sort() {
    std::stable_sort(held.begin(), held.end(), [](const Alert &a, const Alert &b) {
      if (a.accepted != b.accepted)
        return b.accepted;
      return a.priority != b.priority ? a.priority < b.priority : a.came < b.came;
    });
  }

  bool still() {
    bool due = false;
    for (auto &one : held) {
      due = due || one.buzz;
      one.buzz = false;
    }
    return due;
  }

  void forget_old(uint64_t now) {
    held.erase(std::remove_if(held.begin(), held.end(), [&](const Alert &one) { return now >= one.ends; }), held.end());
    if (now >= note_until)
      note.clear();
  }
};

inline Pager &desk() {
  static Pager the_one;
  return the_one;
}

}  // namespace pager
