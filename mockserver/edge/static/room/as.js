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

// The command with which a provider says how to begin, taken apart as a shell would.
export function callOfCommand(command) {
  const words = command.match(/(?:'(?:[^']|'\\'')*'|"(?:[^"\\]|\\.)*"|[^\s'"])+/g) || [];
  const bare = words.map((word) => word.replace(/'((?:[^']|'\\'')*)'/g, (_, inner) => inner.replaceAll("'\\''", "'"))
    .replace(/^"(.*)"$/s, "$1"));
  const call = { method: "", url: "", headers: [], body: "" };
  for (let at = 1; at < bare.length; at += 1) {
    if (bare[at] === "-H") {
      const [name, ...rest] = bare[++at].split(":");
      call.headers.push([name, rest.join(":").trim()]);
    } else if (bare[at] === "-X") call.method = bare[++at];
    else if (bare[at] === "-u") call.headers.push(["Authorization", `Basic ${btoa(bare[++at])}`]);
    else if (["-d", "--data", "--data-raw"].includes(bare[at])) call.body = bare[++at];
    else if (/^https?:/.test(bare[at])) call.url = bare[at];
    else if (bare[at] === "-F" || bare[at] === "-s") at += bare[at] === "-F" ? 1 : 0;
  }
  call.method ||= call.body ? "POST" : "GET";
  return command.includes(" -F ") || !call.url ? null : call;
}
