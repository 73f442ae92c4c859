// Mux's own client for Node, 15.3.0, unmodified: told is what it has made.
// Usage: node mux_client.cjs, given {base, id, secret} or {delivery, webhookSecret}.
const { readFileSync } = require("node:fs");
const { Mux } = require("@mux/mux-node");

const given = JSON.parse(readFileSync(0, "utf8"));

async function calls() {
  const mux = new Mux({
    baseURL: given.base,
    tokenId: given.id,
    tokenSecret: given.secret,
    maxRetries: 0,
  });
  const made = await mux.video.assets.create({
    inputs: [{ url: "https://storage.example/cat.mp4" }],
    playback_policies: ["public"],
    static_renditions: [{ resolution: "highest" }],
  });
  const states = [];
  let asset;
  do {
    asset = await mux.video.assets.retrieve(made.id);
    if (asset.status !== states.at(-1)) states.push(asset.status);
  } while (asset.status === "preparing");
  const playback = asset.playback_ids[0].id;
  const file = await fetch(`${given.base}/stream/${playback}/highest.mp4`);
  const head = Buffer.from(await file.arrayBuffer()).toString("latin1", 4, 8);
  const still = await fetch(`${given.base}/image/${playback}/thumbnail.jpg`);
  const upload = await mux.video.uploads.create({ cors_origin: "*" });
  const listed = [];
  for await (const one of mux.video.assets.list({ limit: 1 })) listed.push(one.id);
  await mux.video.assets.delete(made.id);
  const gone = await mux.video.assets.retrieve(made.id).catch((e) => e.status);
  const late = await fetch(`${given.base}/stream/${playback}/highest.mp4`);
  return {
    states,
    renditions: asset.static_renditions.files.map((f) => [f.name, f.status]),
    head,
    still: still.headers.get("content-type"),
    upload: upload.status,
    listed: listed.length,
    gone: [gone, late.status],
  };
}

async function unwrapped() {
  const mux = new Mux({ tokenId: "a", tokenSecret: "b", webhookSecret: given.webhookSecret });
  const { body, headers } = given.delivery;
  const event = await mux.webhooks.unwrap(body, headers);
  const forged = await mux.webhooks
    .unwrap(body.replace("ready", "r3ady"), headers)
    .catch((e) => e.message);
  return { type: event.type, status: event.data.status, object: event.object, forged };
}

(given.delivery ? unwrapped() : calls()).then((told) =>
  console.log(JSON.stringify(told)),
);
