// A call as code: Python with httpx, JavaScript with fetch. What runs as it stands, and as
// curl, the server makes: see parts/replay.js.
const LEFT_OUT = new Set(["content-length", "connection", "accept-encoding", "host", "transfer-encoding", "keep-alive"]);

export function callOf(exchange) {
  const pairs = exchange.request.headers;
  const headers = pairs.filter(([name]) => !LEFT_OUT.has(name.toLowerCase()));
  return {
    method: exchange.method, url: new URL(exchange.target, location.origin).href, headers,
    body: exchange.request.body?.text || "",
  };
}

// A text as Python and JavaScript write it: in single quotes where that needs no escape.
const text = (said) => (/^[^'\\\n\r]*$/.test(said) && said.includes('"') ? `'${said}'` : JSON.stringify(said));

export const WAYS = {
  httpx: ({ method, url, headers, body }) => [
    "import httpx", "",
    "response = httpx.request(",
    `    ${JSON.stringify(method)},`, `    ${JSON.stringify(url)},`,
    ...(headers.length ? [`    headers={${headers.map(([n, v]) => `${JSON.stringify(n)}: ${JSON.stringify(v)}`).join(", ")}},`] : []),
    ...(body ? [`    content=${text(body)}.encode(),`] : []),
    ")", "print(response.status_code, response.text)",
  ].join("\n"),
  fetch: ({ method, url, headers, body }) => [
    `const response = await fetch(${JSON.stringify(url)}, {`,
    `  method: ${JSON.stringify(method)},`,
    ...(headers.length ? [`  headers: ${JSON.stringify(Object.fromEntries(headers))},`] : []),
    ...(body ? [`  body: ${text(body)},`] : []),
    "});", "console.log(response.status, await response.text());",
  ].join("\n"),
};
