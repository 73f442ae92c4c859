// The AI SDK with its back end for fal, unmodified but for a fetch of one's own.
// Usage: node fal_ai_sdk.cjs ORIGIN KEY
const { createFal } = require("@ai-sdk/fal");
const { experimental_generateVideo: generateVideo } = require("ai");

const [, , origin, apiKey] = process.argv;
const provider = createFal({
  apiKey,
  fetch: (url, given) =>
    fetch(`${origin}/fal/proxy`, {
      ...given,
      headers: { ...given.headers, "x-fal-target-url": String(url) },
    }),
});

generateVideo({
  model: provider.video("luma-dream-machine/ray-2"),
  prompt: "A lighthouse at dusk",
  duration: 5,
  aspectRatio: "16:9",
  providerOptions: { fal: { pollIntervalMs: 1 } },
}).then(({ video }) => {
  const head = Buffer.from(video.uint8Array).toString("latin1", 4, 8);
  console.log(JSON.stringify([video.mediaType, head]));
});
