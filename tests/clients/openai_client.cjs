// OpenAI's own client for Node, unmodified: told is what it has made of our answers.
// Usage: node openai_client.cjs BASE_URL KEY
const OpenAI = require("openai");

const [, , baseURL, apiKey] = process.argv;
const openai = new OpenAI({ apiKey, baseURL, maxRetries: 0 });

async function ordered() {
  const states = [];
  let video = await openai.videos.create({ prompt: "A cat on a sofa", seconds: "4" });
  for (;;) {
    if (video.status !== states.at(-1)) states.push(video.status);
    if (!["queued", "in_progress"].includes(video.status)) return { states, video };
    video = await openai.videos.retrieve(video.id);
  }
}

async function head(id, variant, at) {
  const response = await openai.videos.downloadContent(id, { variant });
  const bytes = Buffer.from(await response.arrayBuffer());
  return bytes.toString("latin1", at, at + 4);
}

async function refused(call) {
  try {
    await call();
  } catch (error) {
    return `${error.constructor.name} ${error.status} ${error.param} ${error.code}`;
  }
}

async function main() {
  const { states, video } = await ordered();
  const remix = await openai.videos.remix(video.id, { prompt: "at night" });
  const nested = await openai.videos.create({
    prompt: "x",
    input_reference: { image_url: "https://example.com/a.png" },
  });
  let listed = 0;
  for await (const one of openai.videos.list({ limit: 2 })) listed += one ? 1 : 0;
  const stranger = new OpenAI({ apiKey: "nobodys-key", baseURL, maxRetries: 0 });
  const told = {
    states,
    heads: {
      video: await head(video.id, undefined, 4),
      thumbnail: await head(video.id, "thumbnail", 8),
    },
    remixed: remix.remixed_from_video_id === video.id,
    nested: nested.status,
    listed,
    errors: [
      await refused(() => openai.videos.create({ prompt: "" })),
      await refused(() => openai.videos.retrieve("video_x")),
      await refused(() => stranger.videos.list()),
    ],
  };
  process.stdout.write(JSON.stringify(told));
}

main();
