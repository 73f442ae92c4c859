// The control API: asking it, with the token where one is needed.
const TOKEN = "mockserver-token";

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export const remember = (token) => sessionStorage.setItem(TOKEN, token);

export function headers() {
  const token = sessionStorage.getItem(TOKEN);
  return token ? { Authorization: `Bearer ${token}` } : {};
}

// query: what is empty or missing is left out.
export function address(path, query = {}) {
  const told = Object.entries(query).filter(([, value]) => value !== undefined && value !== "" && value !== null);
  const search = new URLSearchParams(told).toString();
  return `api/${path}${search ? `?${search}` : ""}`;
}

export const one = (value) => encodeURIComponent(value);

async function asked(method, path, query, body, signal) {
  const options = { method, headers: headers(), cache: "no-store", signal };
  if (body !== undefined) options.body = JSON.stringify(body);
  const response = await fetch(address(path, query), options);
  if (response.ok) return response.json();
  const said = await response.json().catch(() => ({ error: `status ${response.status}` }));
  throw new Refused(response.status, said.error);
}

export const get = (path, query, signal) => asked("GET", path, query, undefined, signal);
export const post = (path, body = {}, query) => asked("POST", path, query, body);
export const remove = (path, query) => asked("DELETE", path, query);

// Saves what the API answers as a file; a plain link could not send the token.
export async function save(path, wanted, name) {
  // What is selected may be more than an address can hold.
  const told = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined && value !== ""));
  const response = await fetch(address(path), { method: "POST", headers: headers(), body: JSON.stringify(told) });
  if (!response.ok) throw new Refused(response.status, `status ${response.status}`);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
