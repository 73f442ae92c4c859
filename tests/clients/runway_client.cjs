// Runway's own client for Node, unmodified: told is what it has made of our answers.
// Usage: node runway_client.cjs BASE_URL KEY
// Its wait helper sleeps 4.5 to 7.5 s before each read; whoever has a clock of its own
// lets such a sleep be over at once, as fake timers do.
const real = globalThis.setTimeout;
globalThis.setTimeout = (call, ms, ...rest) => real(call, ms < 10_000 ? 0 : ms, ...rest);

const { default: RunwayML, TaskFailedError, toFile } = require("@runwayml/sdk");

const [, , baseURL, apiKey] = process.argv;
const runway = new RunwayML({ apiKey, baseURL, maxRetries: 0 });
const BOAT = {
  model: "gen4.5",
  promptText: "A paper boat",
  ratio: "1280:720",
  duration: 5,
};

async function polled(id) {
  const states = [];
  for (;;) {
    const task = await runway.tasks.retrieve(id);
    if (task.status !== states.at(-1)) states.push(task.status);
    if (["SUCCEEDED", "FAILED", "CANCELLED"].includes(task.status)) {
      return { states, task };
    }
  }
}

async function refused(call) {
  try {
    await call();
  } catch (error) {
    if (error instanceof TaskFailedError) {
      return `TaskFailedError ${error.taskDetails.failureCode} ${error.message}`;
    }
    return `${error.constructor.name} ${error.status} ${error.error?.error ?? error}`;
  }
}

async function uploaded() {
  const file = await toFile(Buffer.alloc(600), "clip.mp4");
  const { uri } = await runway.uploads.createEphemeral({ file });
  const task = await runway.videoToVideo.create({ model: "aleph2", videoUri: uri });
  return [uri.slice(0, 9), task.estimatedCost.credits];
}

async function main() {
  const created = await runway.textToVideo.create(BOAT);
  const { states, task } = await polled(created.id);
  const data = Buffer.from(await (await fetch(task.output[0])).arrayBuffer());
  const waited = await runway.textToVideo.create(BOAT).waitForTaskOutput();
  const again = await runway.tasks.retrieve(waited.id).waitForTaskOutput();
  const upload = await uploaded();
  const organization = await runway.organization.retrieve();
  const deleted = await runway.textToVideo.create(BOAT);
  await runway.tasks.delete(deleted.id);
  const stranger = new RunwayML({ apiKey: "nobodys", baseURL, maxRetries: 0 });
  const dated = new RunwayML({ apiKey, baseURL, runwayVersion: "2023-01-01" });
  const told = {
    estimate: created.estimatedCost,
    states,
    cost: task.cost,
    head: data.toString("latin1", 4, 8),
    waited: [waited.status, waited.id === again.id, waited.output[0] !== again.output[0]],
    upload,
    credits: organization.creditBalance,
    daily: organization.usage.models["gen4.5"],
    errors: [
      await refused(() => runway.textToVideo.create({ ...BOAT, ratio: "1:1" })),
      await refused(() => runway.tasks.retrieve(deleted.id)),
      await refused(() => stranger.organization.retrieve()),
      await refused(() => dated.organization.retrieve()),
      await refused(() =>
        runway.textToVideo
          .create({ ...BOAT, promptText: "x __fail:SAFETY.INPUT.TEXT" })
          .waitForTaskOutput(),
      ),
      await refused(() =>
        runway.uploads.createEphemeral({ file: new File(["small"], "a.mp4") }),
      ),
    ],
  };
  process.stdout.write(JSON.stringify(told));
}

main();
