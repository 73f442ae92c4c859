// Luma's own client for Node, unmodified: told is what it has made of our answers.
// Usage: node luma_client.cjs BASE KEY HOOK
const { LumaAI } = require("lumaai");

const [, , baseURL, authToken, hook] = process.argv;
const client = new LumaAI({ baseURL, authToken, maxRetries: 0, timeout: 20000 });
const { generations } = client;
const prompt = "A tiger walking in snow";
const clip = { url: "https://example.com/clip.mp4" };

async function finished(generation) {
  const states = [generation.state];
  while (!["completed", "failed"].includes(generation.state)) {
    generation = await generations.get(generation.id);
    if (states.at(-1) !== generation.state) states.push(generation.state);
  }
  return { states, done: generation };
}

async function loaded(link) {
  const response = await fetch(link);
  const bytes = Buffer.from(await response.arrayBuffer());
  return [response.headers.get("content-type"), bytes.subarray(4, 8).toString("latin1")];
}

async function video() {
  const made = await generations.create({
    model: "ray-2",
    prompt,
    resolution: "540p",
    callback_url: hook,
  });
  const { states, done } = await finished(made);
  return { states, file: await loaded(done.assets.video), done };
}

async function derived(source) {
  const kinds = [];
  const frame0 = { type: "generation", id: source.id };
  for (const making of [
    generations.upscale(source.id, { resolution: "1080p" }),
    generations.audio(source.id, { prompt: "Rain on leaves" }),
    generations.video.create({ model: "ray-2", prompt, keyframes: { frame0 } }),
    generations.video.modify({
      generation_type: "modify_video",
      media: { url: source.assets.video },
      mode: "flex_2",
      model: "ray-flash-2",
    }),
    generations.video.reframe({
      generation_type: "reframe_video",
      media: clip,
      aspect_ratio: "1:1",
      model: "ray-2",
    }),
    generations.image.reframe({
      generation_type: "reframe_image",
      media: clip,
      aspect_ratio: "1:1",
      model: "photon-1",
    }),
  ]) {
    const { done } = await finished(await making);
    kinds.push([done.request.generation_type, done.state, done.model]);
  }
  return kinds;
}

async function picture() {
  const made = await generations.image.create({
    model: "photon-1",
    prompt: "A fern",
    sync: true,
  });
  const [type] = await loaded(made.assets.image);
  return [made.state, made.generation_type, type];
}

async function refused(call) {
  const error = await call().then(
    () => undefined,
    (raised) => raised,
  );
  return [error.constructor.name, error.status, error.error.detail];
}

async function main() {
  const { done, ...order } = await video();
  const told = {
    order,
    derived: await derived(done),
    picture: await picture(),
    page: await generations
      .list({ limit: 3, offset: 1 })
      .then(({ count, limit, offset, has_more }) => [count, limit, offset, has_more]),
    ping: (await client.ping.check()).message,
    concept: (await generations.concepts.list()).includes("dolly_zoom"),
    credits: typeof (await client.credits.get()).credit_balance,
    deleted: await generations.delete(done.id).then(() => refused(() => generations.get(done.id))),
    short: await refused(() => generations.create({ model: "ray-2", prompt: "ab" })),
    shape: await refused(() => generations.create({ model: "ray-9", prompt })),
    path: await refused(() => generations.get("a/b")),
    key: await refused(() =>
      new LumaAI({ baseURL, authToken: "luma-not-a-key", maxRetries: 0 }).ping.check(),
    ),
  };
  console.log(JSON.stringify(told));
}

main();
