// A job's life on the space's clock: its states as a band, what happened as marks below,
// and a handle for now, which can be drawn forward.
import { html, useRef, useState } from "../dom.js";
import { clock, ofSeconds, span } from "../words.js";

const LEAST = 8;

// job as the API tells it, elapsed (seconds since its creation, now), onMove(seconds forward).
export function Lanes({ job, elapsed, onMove, onOpen }) {
  const [drawn, setDrawn] = useState(null);
  const box = useRef();
  const born = Date.parse(job.created_at) / 1000;
  const marks = marksOf(job, born);
  const ends = job.timeline.map((step) => step.ends_s || 0);
  const last = Math.max(...ends, elapsed, drawn || 0, ...marks.map((mark) => mark.at), 1) * 1.12;
  const left = (seconds) => `${(100 * Math.min(last, Math.max(0, seconds))) / last}%`;
  const secondsAt = (event) => {
    const area = box.current.getBoundingClientRect();
    return ((event.clientX - area.left) / area.width) * last;
  };
  const drag = {
    onPointerDown: (event) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrawn(elapsed);
    },
    onPointerMove: (event) => drawn !== null && setDrawn(Math.max(elapsed, secondsAt(event))),
    onPointerUp: () => {
      if (drawn !== null && drawn - elapsed > last / 200) onMove(drawn - elapsed);
      setDrawn(null);
    },
    onPointerCancel: () => setDrawn(null),
    onKeyDown: (event) => {
      const by = { ArrowRight: last / 20, PageDown: last / 4, End: Math.max(...ends) - elapsed }[event.key];
      if (!by || by <= 0) return;
      event.preventDefault();
      onMove(by);
    },
  };
  const now = drawn ?? elapsed;
  const lanes = ["calls", "faults", "webhooks", "files"].filter((name) => marks.some((mark) => mark.lane === name));
  return html`
    <div class="lanes">
      <div class="plot" ref=${box}>
        <div class="band">
          ${job.timeline.map((step, at) => {
            const end = step.ends_s ?? last;
            const width = (100 * (Math.min(end, last) - step.starts_s)) / last;
            const title = `${step.state}${step.ends_s === null ? "" : `, ${span(step.ends_s - step.starts_s)}`}`;
            return width > 0 && html`<div key=${at} title=${title}
              class=${`step ${step.phase}${step.is_current ? " current" : ""}`}
              style=${{ left: left(step.starts_s), width: `${width}%` }}>
              ${width > LEAST && html`<span>${step.state}</span>`}</div>`;
          })}
        </div>
        ${lanes.map((lane) => html`<div key=${lane} class="lane">
          ${marks.filter((mark) => mark.lane === lane).map((mark) => html`
            <button type="button" class=${`dot ${mark.tone}`} style=${{ left: left(mark.at) }}
              title=${mark.said} aria-label=${mark.said} onClick=${() => onOpen(mark.open)} />`)}
        </div>`)}
        <div class="past" style=${{ width: left(now) }} />
        <div class="now" role="slider" tabindex="0" aria-label="Time of the space; draw it forward"
          aria-valuemin="0" aria-valuemax=${Math.round(last)} aria-valuenow=${Math.round(now)}
          aria-valuetext=${`${span(now)} after the job came`} style=${{ left: left(now) }} ...${drag}>
          <i /><b>${drawn === null ? "now" : `+${span(drawn - elapsed)}`}</b>
        </div>
      </div>
      <div class="names">
        <span>states</span>${lanes.map((lane) => html`<span key=${lane}>${lane}</span>`)}
      </div>
      <div class="ticks">${[0, 0.25, 0.5, 0.75, 1].map((share) => html`
        <span key=${share} style=${{ left: `${share * 100}%` }} title=${clock(ofSeconds(born + share * last))}>${span(share * last)}</span>`)}</div>
    </div>`;
}

function marksOf(job, born) {
  const since = (iso) => Date.parse(iso) / 1000 - born;
  const calls = job.exchanges.filter((one) => one.at).map((one) => ({
    at: since(one.at), lane: one.fault ? "faults" : one.role === "download" ? "files" : "calls",
    tone: one.fault || one.status >= 500 ? "bad" : one.status >= 400 ? "warn" : one.is_poll ? "calm" : "good",
    said: `${clock(one.at)} ${one.method} ${one.operation || one.target}: ${one.status}${one.fault ? `, fault ${one.fault}` : ""}`,
    open: ["exchanges", [String(one.number)]],
  }));
  const sent = job.deliveries.flatMap((one) => one.attempts.map((attempt) => ({
    at: since(attempt.at), lane: "webhooks",
    tone: attempt.error || attempt.status >= 400 ? "bad" : "good",
    said: `${clock(attempt.at)} ${one.label}, attempt ${attempt.number}: ${attempt.status || attempt.error || attempt.passage}`,
    open: ["deliveries", [one.space, one.id]],
  })));
  return [...calls, ...sent].sort((a, b) => a.at - b.at);
}
