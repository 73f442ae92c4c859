// Google's own client for Node, unmodified: told is what it has made of our answers.
// Usage: node google_client.cjs PACKAGE BASE_URL KEY FOLDER
const fs = require("node:fs");
const path = require("node:path");

const [, , name, baseUrl, apiKey, folder] = process.argv;
const { GoogleGenAI } = require(name);
const { OAuth2Client } = require("google-auth-library");

const OMNI = "gemini-omni-1.1-flash";
const VEO = "veo-3.1-generate-preview";
const made = (more) => new GoogleGenAI({ httpOptions: { baseUrl }, ...more });
const api = made({ apiKey });
const told = {};

async function ended(client, order) {
  let operation = await client.models.generateVideos(order);
  while (!operation.done) {
    operation = await client.operations.getVideosOperation({ operation });
  }
  return operation;
}

async function refused(call) {
  try {
    await call();
  } catch (error) {
    return [error.constructor.name, error.status ?? null];
  }
}

function head(file) {
  return fs.readFileSync(file).toString("latin1", 4, 8);
}

function videoIn(interaction) {
  const outputs = interaction.steps.filter((one) => one.type === "model_output");
  return outputs.at(-1).content.find((one) => one.type === "video");
}

async function veo() {
  const order = { model: VEO, source: { prompt: "A cat on a sofa" } };
  const operation = await ended(api, order);
  const video = operation.response.generatedVideos[0];
  const downloadPath = path.join(folder, "veo.mp4");
  await api.files.download({ file: video, downloadPath });
  const filtered = await ended(api, { model: VEO, source: { prompt: "x __rai" } });
  const failed = await ended(api, { model: VEO, source: { prompt: "x __fail" } });
  return {
    head: head(downloadPath),
    filtered: filtered.response.raiMediaFilteredCount,
    failed: failed.error.code,
    errors: [
      await refused(() => ended(api, { model: "veo-9", source: { prompt: "x" } })),
      await refused(() => ended(api, { model: VEO, source: { prompt: "x __429" } })),
    ],
  };
}

async function files() {
  const data = new Blob([Buffer.from("\x89PNG\r\n", "latin1")], { type: "image/png" });
  const sent = await api.files.upload({ file: data, config: { displayName: "d" } });
  const read = await api.files.get({ name: sent.name });
  await api.files.delete({ name: sent.name });
  return [read.displayName, read.state, await refused(() => api.files.get({ name: sent.name }))];
}

async function vertex() {
  const authClient = new OAuth2Client();
  const expiry_date = Date.now() + 3600e3;
  authClient.setCredentials({ access_token: apiKey, expiry_date });
  const client = made({
    vertexai: true,
    project: "mock-project",
    location: "us-central1",
    googleAuthOptions: { authClient },
  });
  const order = { model: "veo-3.1-generate-001", source: { prompt: "A cat" } };
  const video = (await ended(client, order)).response.generatedVideos[0].video;
  return Buffer.from(video.videoBytes, "base64").toString("latin1", 4, 8);
}

async function talks() {
  const interactions = api.interactions;
  const background = await interactions.create({
    model: OMNI,
    input: [{ type: "text", text: "a boat" }],
    background: true,
  });
  let seen = background;
  while (seen.status === "in_progress") seen = await interactions.get(background.id);
  const format = { type: "video", delivery: "uri" };
  const linked = await interactions.create({
    model: OMNI,
    input: "a boat",
    response_format: format,
  });
  const { uri } = videoIn(linked);
  const file = `files/${uri.split("/files/")[1].split(":")[0]}`;
  while ((await api.files.get({ name: file })).state === "PROCESSING");
  const downloadPath = path.join(folder, "omni.mp4");
  await api.files.download({ file: uri, downloadPath });
  const other = await interactions.create({ model: OMNI, input: "x", background: true });
  const cancelled = await interactions.cancel(other.id);
  await interactions.delete(other.id);
  const kinds = [];
  const stream = await interactions.create({ model: OMNI, input: "x", stream: true });
  for await (const one of stream) kinds.push(one.event_type);
  return {
    status: seen.status,
    inside: Buffer.from(videoIn(seen).data, "base64").toString("latin1", 4, 8),
    head: head(downloadPath),
    cancelled: cancelled.status,
    gone: await refused(() => interactions.get(other.id)),
    kinds: [kinds.length, kinds[0], kinds.at(-1)],
  };
}

async function main() {
  if (name !== "@google/genai") told.veo = await veo();
  else told.refuses = await refused(() => ended(api, { model: VEO, source: { prompt: "x" } }));
  told.files = await files();
  told.vertex = await vertex();
  told.talks = await talks();
  process.stdout.write(JSON.stringify(told));
}

main();
