// The AI SDK with its back end for Luma, unmodified: it makes pictures.
// Usage: node luma_ai_sdk.cjs ORIGIN KEY
const { createLuma } = require("@ai-sdk/luma");
const { generateImage } = require("ai");

const [, , baseURL, apiKey] = process.argv;
const luma = createLuma({ apiKey, baseURL });
const model = luma.image("photon-1");
const polled = { luma: { pollIntervalMillis: 1 } };

async function main() {
  const { image } = await generateImage({
    model,
    prompt: "A fern",
    aspectRatio: "3:4",
    providerOptions: polled,
  });
  const failed = await generateImage({
    model,
    prompt: "A fern __fail:Job failed",
    maxRetries: 0,
    providerOptions: polled,
  }).catch((error) => error);
  const refused = await generateImage({
    model: luma.image("ray-2"),
    prompt: "A fern",
    maxRetries: 0,
  }).catch((error) => error);
  const head = Buffer.from(image.uint8Array.subarray(0, 2)).toString("hex");
  console.log(
    JSON.stringify([image.mediaType, head, failed.message, refused.name, refused.message]),
  );
}

main();
