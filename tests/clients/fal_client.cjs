// fal's own client for Node, unmodified: told is what it has made of our answers.
// Usage: node fal_client.cjs WAY ORIGIN KEY
const { createFalClient } = require("@fal-ai/client");

const [, , way, origin, credentials] = process.argv;
const ways = {
  proxy: { proxyUrl: { url: `${origin}/fal/proxy`, when: "always" } },
  middleware: {
    requestMiddleware: async (request) => ({
      ...request,
      url: request.url.replace("https://", `${origin}/fal/`),
    }),
  },
  environment: {},
};
const fal = createFalClient({
  credentials,
  suppressLocalCredentialsWarning: true,
  ...ways[way],
});
const veo = "fal-ai/veo3.1";
const input = { prompt: "A lighthouse at dusk" };

async function polled() {
  const states = [];
  let lines = [];
  const { data, requestId } = await fal.subscribe(veo, {
    input,
    logs: true,
    pollInterval: 1,
    onQueueUpdate(update) {
      if (states.at(-1) !== update.status) states.push(update.status);
      if (update.logs) lines = update.logs.map((line) => line.message);
    },
  });
  return { states, lines, url: data.video.url, named: requestId.length };
}

async function streamed() {
  const counts = [];
  const { data } = await fal.subscribe(veo, {
    input,
    logs: true,
    mode: "streaming",
    onQueueUpdate: (update) => counts.push(update.logs?.length ?? 0),
  });
  return { counts, type: data.video.content_type };
}

async function modelStream() {
  const stream = await fal.stream(veo, { input });
  const events = [];
  for await (const event of stream) events.push(Object.keys(event)[0]);
  const done = await stream.done();
  return { first: events[0], last: events.at(-1), type: done.video.content_type };
}

async function cancelled() {
  const { request_id: requestId } = await fal.queue.submit("mock/stuck", { input });
  await fal.queue.cancel("mock/stuck", { requestId });
  const { status } = await fal.queue.status("mock/stuck", { requestId });
  const error = await failure(fal.queue.result("mock/stuck", { requestId }));
  return [status, error.constructor.name, error.status, error.body.error_type];
}

async function refused() {
  const error = await failure(fal.subscribe(veo, { input: {}, pollInterval: 1 }));
  return [error.constructor.name, error.status, error.fieldErrors[0].msg];
}

async function uploaded() {
  const url = await fal.storage.upload(new File(["abc"], "in.png", { type: "image/png" }));
  const { data } = await fal.subscribe(`${veo}/image-to-video`, {
    input: { ...input, image_url: new Blob(["abc"], { type: "image/png" }) },
    pollInterval: 1,
  });
  return [url.split("_").at(-1), data.video.content_type];
}

const failure = (call) => call.then(() => undefined, (error) => error);

async function main() {
  const told = {
    polled: await polled(),
    streamed: await streamed(),
    modelStream: await modelStream(),
    run: (await fal.run(veo, { input })).data.video.content_type,
    cancelled: await cancelled(),
    refused: await refused(),
    uploaded: await uploaded(),
  };
  console.log(JSON.stringify(told));
}

main();
