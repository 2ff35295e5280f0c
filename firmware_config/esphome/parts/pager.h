// What a pager writes on Yingbin's own topics: the envelope of docs/mqtt.yaml. Plain C++17, so that a test runs it.
#pragma once

#include <sys/time.h>

#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string>

namespace pager {

/// Milliseconds since 1970 (UTC); small numbers mean that the time has not been told yet.
inline uint64_t now_ms() {
  timeval now{};
  gettimeofday(&now, nullptr);
  return static_cast<uint64_t>(now.tv_sec) * 1000 + now.tv_usec / 1000;
}

/// A UUID of version 7 (RFC 9562, 5.7) from the time and 10 random bytes.
inline std::string uuid7(uint64_t ms, const uint8_t random[10]) {
  uint8_t b[16];
  for (int i = 0; i < 6; i++)
    b[i] = static_cast<uint8_t>(ms >> (40 - 8 * i));
  for (int i = 0; i < 10; i++)
    b[6 + i] = random[i];
  b[6] = (b[6] & 0x0F) | 0x70;
  b[8] = (b[8] & 0x3F) | 0x80;
  std::string text;
  for (int i = 0; i < 16; i++) {
    char hex[3];
    snprintf(hex, sizeof(hex), "%02x", b[i]);
    text += (i == 4 || i == 6 || i == 8 || i == 10) ? std::string("-") + hex : std::string(hex);
  }
  return text;
}

/// An instant as RFC 3339 in UTC, such as 2026-11-22T13:00:00.250Z.
inline std::string instant(uint64_t ms) {
  time_t seconds = static_cast<time_t>(ms / 1000);
  tm parts{};
  gmtime_r(&seconds, &parts);
  char day[24], text[32];
  strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &parts);
  snprintf(text, sizeof(text), "%s.%03uZ", day, static_cast<unsigned>(ms % 1000));
  return text;
}

/// Before this instant the time of day has not been told: a pager starts in 1970. (1 January 2026)
constexpr uint64_t TOLD_MS = 1767225600000ULL;

/// One reading as "key":number, or nothing.
inline std::string reading(const char *key, float value) {
  char text[64];
  snprintf(text, sizeof(text), "\"%s\":%.0f", key, value);
  return value == value ? text : "";
}

/// Who speaks: ``boot`` names this start of the pager, ``seq`` counts what it said since. Clock and chance are given.
struct Voice {
  uint64_t (*clock)() = now_ms;
  void (*chance)(uint8_t *to, size_t bytes) = nullptr;
  std::string boot;
  uint32_t seq = 0;

  /// A new id.
  std::string id() {
    uint8_t random[10];
    chance(random, sizeof(random));
    return uuid7(clock(), random);
  }

  /// Begins: from here on it may speak.
  void start(void (*given)(uint8_t *to, size_t bytes)) {
    chance = given;
    boot = id();
  }

  /// One message: the envelope, then ``rest``, which is empty or begins with a comma.
  std::string say(const std::string &rest) {
    return "{\"v\":1,\"id\":\"" + id() + "\",\"ts\":\"" + instant(clock()) + "\",\"boot\":\"" + boot +
           "\",\"seq\":" + std::to_string(seq++) + rest + "}";
  }

  /// Its presence (DeviceState): online, stopping or offline. The one written before connecting is its will.
  std::string state(const char *status) { return say(std::string(",\"status\":\"") + status + "\""); }

  /// What it is (DeviceInfo).
  std::string info(const char *software) {
    return say(std::string(",\"kind\":\"pager\",\"model\":\"ESP32 pager\",\"software\":\"") + software +
               "\",\"capabilities\":[\"alert\",\"identify\"]");
  }

  /// Its pulse (Heartbeat): a device without events says 0 of them. NAN is left out.
  std::string pulse(uint32_t mono_ms, float battery, float signal) {
    const bool both = battery == battery && signal == signal;
    return say(",\"max_seq\":0,\"unacked\":0,\"oldest_s\":0,\"mono_ms\":" + std::to_string(mono_ms) + ",\"clock\":\"" +
               (clock() < TOLD_MS ? "unsynced" : "synced") + "\",\"readings\":{" + reading("battery", battery) +
               (both ? "," : "") + reading("signal", signal) + "}");
  }

  /// The answer to a command (CommandResult); without a reason it was obeyed.
  std::string result(const std::string &command, const char *reason) {
    const bool ok = *reason == 0;
    return say(",\"command\":\"" + command + "\",\"ok\":" + (ok ? "true" : "false") +
               (ok ? std::string() : std::string(",\"reason\":\"") + reason + "\""));
  }

  /// What became of an alert (AlertAnswer): "shown", or what was pressed.
  std::string answer(const std::string &alert, const char *did) {
    return say(",\"alert\":\"" + alert + "\",\"did\":\"" + did + "\"");
  }
};

inline Voice &voice() {
  static Voice the_one;
  return the_one;
}

}  // namespace pager
