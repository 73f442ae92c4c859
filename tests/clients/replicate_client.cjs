// Replicate's own client for Node, unmodified: told is what it has made of our answers.
// Usage: node replicate_client.cjs BASE_URL TOKEN < DELIVERY, as {headers, body}
const { readFileSync } = require("node:fs");
const Replicate = require("replicate");
const { validateWebhook } = Replicate;

const [, , baseUrl, auth] = process.argv;
const replicate = new Replicate({ auth, baseUrl });
const delivery = JSON.parse(readFileSync(0, "utf8"));
const veo = "google/veo-3.1";
const input = { prompt: "A lighthouse at dusk" };
const png = Buffer.from("iVBORw0KGgo=", "base64");

async function head(file) {
  const blob = await file.blob();
  const bytes = Buffer.from(await blob.arrayBuffer());
  return bytes.toString("latin1", 4, 8);
}

async function ran() {
  const states = [];
  const output = await replicate.run(
    veo,
    { input, wait: { mode: "poll", interval: 1 } },
    ({ status }) => status !== states.at(-1) && states.push(status),
  );
  return { states, head: await head(output) };
}

async function listed() {
  const outputs = await replicate.run("mock/list-output", { input });
  return Promise.all(outputs.map(head));
}

async function paged() {
  const counts = [];
  for await (const page of replicate.paginate(replicate.models.list))
    counts.push(page.length);
  return counts;
}

async function streamed() {
  const events = [];
  for await (const { event } of replicate.stream(veo, { input })) events.push(event);
  return [events[0], ...events.slice(-2)];
}

async function filed() {
  const file = await replicate.files.create(new Blob([png], { type: "image/png" }), {
    scene: 7,
  });
  const { results } = await replicate.files.list();
  const prediction = await replicate.predictions.create({
    model: veo,
    input: { ...input, image: new Blob([png]) },
  });
  const sent = await (await fetch(prediction.input.image, {
    headers: { authorization: `Bearer ${auth}` },
  })).json();
  return {
    size: file.size,
    metadata: file.metadata,
    listed: results.map(({ id }) => id === file.id),
    sent: sent.content_type,
    deleted: await replicate.files.delete(file.id),
  };
}

async function trained() {
  const { username } = await replicate.accounts.current();
  await replicate.models.create(username, "films", {
    visibility: "private",
    hardware: "cpu",
  });
  const { latest_version: version } = await replicate.models.get("google", "veo-3.1");
  let training = await replicate.trainings.create("google", "veo-3.1", version.id, {
    destination: `${username}/films`,
    input: {},
  });
  while (!["succeeded", "failed"].includes(training.status))
    training = await replicate.trainings.get(training.id);
  const { results } = await replicate.models.versions.list(username, "films");
  return training.output.version === `${username}/films:${results[0].id}`;
}

async function deployed() {
  const { latest_version: version } = await replicate.models.get("google", "veo-3.1");
  const made = await replicate.deployments.create({
    name: "studio",
    model: veo,
    version: version.id,
    hardware: "gpu-t4",
    min_instances: 0,
    max_instances: 1,
  });
  await replicate.deployments.update(made.owner, made.name, { max_instances: 3 });
  const { current_release: now } = await replicate.deployments.get(made.owner, "studio");
  const { model } = await replicate.deployments.predictions.create(made.owner, "studio", {
    input,
  });
  const gone = await replicate.deployments.delete(made.owner, "studio");
  return [now.number, now.configuration.max_instances, model, gone];
}

async function failure(promise) {
  return promise.then(() => "no error", (error) => error.message);
}

async function validated() {
  const { key } = await replicate.webhooks.default.secret.get();
  const forged = { ...delivery, body: `${delivery.body} ` };
  return [await validateWebhook(delivery, key), await validateWebhook(forged, key)];
}

async function cancelled() {
  const controller = new AbortController();
  const output = await replicate.run(
    "mock/stuck",
    { input, signal: controller.signal, wait: { mode: "poll", interval: 1 } },
    () => controller.abort(),
  );
  const { results } = await replicate.predictions.list();
  return [output ?? null, results[0].status];
}

async function all() {
  return {
    ran: await ran(),
    listed: await listed(),
    paged: await paged(),
    streamed: await streamed(),
    filed: await filed(),
    trained: await trained(),
    deployed: await deployed(),
    failed: await failure(replicate.run("mock/flagged", { input })),
    refused: await failure(replicate.run(veo, { input: {} })),
    validated: await validated(),
    cancelled: await cancelled(),
  };
}

all().then((seen) => console.log(JSON.stringify(seen)));
