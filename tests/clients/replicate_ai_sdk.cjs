// The AI SDK with its back end for Replicate, unmodified.
// Usage: node replicate_ai_sdk.cjs BASE_URL TOKEN
const { createReplicate } = require("@ai-sdk/replicate");
const { experimental_generateVideo: generateVideo } = require("ai");

const [, , baseURL, apiToken] = process.argv;
const replicate = createReplicate({ apiToken, baseURL });

generateVideo({
  model: replicate.video("google/veo-3.1"),
  prompt: "A lighthouse at dusk",
  duration: 4,
  aspectRatio: "16:9",
  providerOptions: { replicate: { pollIntervalMs: 1 } },
}).then(({ video }) => {
  const head = Buffer.from(video.uint8Array).toString("latin1", 4, 8);
  console.log(JSON.stringify([video.mediaType, head]));
});
