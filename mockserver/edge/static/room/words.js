// How times, sizes and states are written.
export const clock = (iso) => (iso ? iso.slice(11, 19) : "");
export const moment = (iso) => (iso ? iso.replace("T", " ").replace(/\.\d+Z$|Z$/, "") : "");
export const ofSeconds = (seconds) => new Date(seconds * 1000).toISOString();

export function span(seconds) {
  const s = Math.abs(seconds);
  if (s < 0.001) return s ? "<1 ms" : "0 s";
  if (s < 1) return `${Math.round(seconds * 1000)} ms`;
  if (s < 10) return `${(Math.round(seconds * 10) / 10).toString()} s`;
  if (s < 90) return `${Math.round(seconds)} s`;
  if (s < 5400) return `${Math.round(seconds / 60)} min`;
  if (s < 172800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} d`;
}

export function bytes(count) {
  if (count === null || count === undefined) return "";
  if (count < 1024) return `${count} B`;
  if (count < 1024 * 1024) return `${(count / 1024).toFixed(1)} KiB`;
  return `${(count / 1024 / 1024).toFixed(1)} MiB`;
}

export const short = (id, most = 12) => (id.length > most ? `${id.slice(0, most - 5)}…${id.slice(-4)}` : id);

export function tone(status) {
  if (!status) return "bad";
  if (status < 300) return "good";
  return status < 400 ? "calm" : status < 500 ? "warn" : "bad";
}

export const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

// Only what a page may lead to: never javascript: or data:.
export function safe(link) {
  if (!link) return "";
  try {
    const url = new URL(link, location.href);
    return ["http:", "https:"].includes(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}
