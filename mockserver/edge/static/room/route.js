// Where one is: the part of the address behind `#`, which can be sent to a colleague.
//   #/jobs/SPACE/PROVIDER/ID?space=...&text=...   list, what is open in it, filters
export const FILTERS = ["space", "provider", "state", "status", "text", "errors"];

export function here() {
  const [path, search = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const parts = path.split("/").filter(Boolean).map(decoded);
  const query = Object.fromEntries(new URLSearchParams(search));
  return { view: parts[0] || "", open: parts.slice(1), query };
}

export function hash(view, open = [], query = {}) {
  const told = FILTERS.filter((name) => query[name]).map((name) => [name, query[name]]);
  const search = new URLSearchParams(told).toString();
  return `#/${[view, ...open].map(encodeURIComponent).join("/")}${search ? `?${search}` : ""}`;
}

export function go(view, open = [], query = here().query) {
  const to = hash(view, open, query);
  if (to === location.hash) return;
  history.pushState(null, "", to);
  // At once, so that the next key finds where this one has led.
  dispatchEvent(new HashChangeEvent("hashchange"));
}

// Filters change as one types; the back button should not go letter by letter.
export function filter(changed) {
  const { view, open, query } = here();
  history.replaceState(null, "", hash(view, open, { ...query, ...changed }));
  dispatchEvent(new HashChangeEvent("hashchange"));
}

// An address that somebody has cut is no reason to show nothing.
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
