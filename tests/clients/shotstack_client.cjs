// Shotstack's own client for Node, 0.2.9, unmodified: told is what it has made.
// Usage: node shotstack_client.cjs, given {base, key} on stdin.
const { readFileSync } = require("node:fs");
const Shotstack = require("shotstack-sdk");

const { base, key } = JSON.parse(readFileSync(0, "utf8"));
const client = Shotstack.ApiClient.instance;
client.basePath = `${base}/edit/v1`;
client.authentications.DeveloperKey.apiKey = key;
const api = new Shotstack.EditApi();

async function main() {
  const asset = new Shotstack.TitleAsset();
  asset.setText("Hello");
  const clip = new Shotstack.Clip();
  clip.setAsset(asset).setStart(0).setLength(2);
  const track = new Shotstack.Track();
  track.setClips([clip]);
  const timeline = new Shotstack.Timeline();
  timeline.setTracks([track]);
  const output = new Shotstack.Output();
  output.setFormat("gif").setResolution("preview");
  const edit = new Shotstack.Edit();
  edit.setTimeline(timeline).setOutput(output);
  const queued = await api.postRender(edit);
  const states = [];
  let told;
  do {
    told = (await api.getRender(queued.response.id, { data: false })).response;
    if (told.status !== states.at(-1)) states.push(told.status);
  } while (!["done", "failed"].includes(told.status));
  const file = Buffer.from(await (await fetch(told.url)).arrayBuffer());
  const refused = await api.postRender(new Shotstack.Edit()).catch((e) => e.status);
  return {
    queued: queued.response.message,
    states,
    head: file.toString("latin1", 0, 4),
    duration: told.duration,
    refused,
  };
}

main().then((told) => console.log(JSON.stringify(told)));
