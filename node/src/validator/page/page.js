/** The page on which a person confirms votes. Everything it shows comes from the validator that serves it. */

const GRADES = ["reject", "fair", "good", "excellent"];
const POOLS = ["texts", "pictures", "sounds"];
const LONGEST_TEXT = 20_000;
const REFRESH_MS = 2_000;
/** What this browser can show by itself, and what the bytes are then taken for. */
const SHOWN = {
  "text/plain": "text",
  "text/markdown": "text",
  "application/jsonl": "text",
  "image/png": "image",
  "image/jpeg": "image",
  "image/webp": "image",
  "image/bmp": "image",
  "audio/wav": "audio",
  "audio/mpeg": "audio",
  "audio/flac": "audio",
};

const find = (id) => document.getElementById(id);
let token = takeToken();
/** Seconds between the chain's clock and this machine's. */
let clockAhead = 0;
/** The vote that is looked at: what the validator proposes, and where it leads. */
let shown;
let urls = [];

/** The key comes behind the # of the link, which no server sees, and stays in this browser. */
function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given === null) return localStorage.getItem("token") ?? "";
  localStorage.setItem("token", given);
  history.replaceState(null, "", location.pathname);
  return given;
}

async function ask(path, options = {}) {
  const response = await fetch(path, {
    ...options,
    headers: { authorization: `Bearer ${token}`, ...options.headers },
  });
  if (response.ok) return response;
  const { code, sentence, next } = await response.json().catch(() => ({}));
  throw Object.assign(new Error([sentence, next].filter(Boolean).join(" ")), {
    status: response.status,
    code,
  });
}

function tell(id, text) {
  find(id).textContent = text;
  find(id).hidden = text === "";
}

function show(...ids) {
  for (const id of ["locked", "overview", "proposal"]) find(id).hidden = !ids.includes(id);
}

function timeLeft(until) {
  const seconds = Math.max(0, Math.round(until - Date.now() / 1000 - clockAhead));
  if (seconds === 0) return "the time is over";
  const parts = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  const [days, hours, minutes] = parts;
  if (days > 0) return `${days} d ${hours} h left`;
  if (hours > 0) return `${hours} h ${minutes} min left`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s left` : `${seconds} s left`;
}

const count = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;
const size = (bytes) =>
  bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / 1048576).toFixed(1)} MiB`;

/** Make an element: its own properties, then what is in it. */
function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

async function refresh() {
  try {
    const { now, account, unconfirmed, proposals, waiting } = await (await ask("/v1/proposals")).json();
    clockAhead = now - Date.now() / 1000;
    find("account").textContent = `Validator ${account}`;
    tell("trouble", "");
    if (shown === undefined) showOverview(unconfirmed, proposals, waiting);
    else await follow(proposals);
  } catch (error) {
    if (error.status === 401) {
      show("locked");
      tell("trouble", "");
    } else
      tell(
        "trouble",
        error.status ? error.message : "The validator does not answer. This page keeps trying.",
      );
  }
}

function showOverview(unconfirmed, proposals, waiting) {
  find("rule").textContent =
    unconfirmed === "commit"
      ? "A vote that nobody confirms in time is cast as the validator proposes it."
      : "A vote that nobody confirms in time is not cast; the account is then charged as absent.";
  find("empty").hidden = proposals.length > 0;
  const list = proposals.map(rowOf);
  const focused = document.activeElement?.dataset?.key;
  find("proposals").replaceChildren(...list);
  if (focused) find("proposals").querySelector(`[data-key="${focused}"]`)?.focus();
  const files = waiting.reduce((sum, { missing }) => sum + missing, 0);
  tell(
    "waiting",
    files === 0 ? "" : `${count(files, "file")} of ${count(waiting.length, "docket")} still being judged.`,
  );
  show("overview");
}

function rowOf({ docket, round, pool, items, rejected, confirmUntil, confirmedAt, changes }) {
  const state =
    confirmedAt === null
      ? "to be confirmed"
      : `confirmed${changes.length > 0 ? `, ${count(changes.length, "change")}` : ""}`;
  const button = make(
    "button",
    { type: "button", onclick: () => open(docket, round) },
    make(
      "span",
      {},
      make("strong", { textContent: `Docket ${docket}` }),
      ` · ${items} ${POOLS[pool] ?? "items"}, ${rejected} to reject`,
    ),
    make("span", { className: "quiet", textContent: `${state} · ${timeLeft(confirmUntil)}` }),
  );
  button.dataset.key = `${docket}:${round}`;
  return make("li", {}, button);
}

async function open(docket, round) {
  try {
    shown = await (await ask(`/v1/proposals/${docket}/${round}`)).json();
    tell("done", "");
    render();
    show("proposal");
    find("title").focus();
  } catch (error) {
    tell("trouble", error.message);
  }
}

function close() {
  shown = undefined;
  tell("refusal", "");
  for (const url of urls) URL.revokeObjectURL(url);
  urls = [];
  find("items").replaceChildren();
}

/** Keep up with the vote that is shown: it may have changed, or its window may be over. */
async function follow(proposals) {
  const current = proposals.find(({ docket, round }) => docket === shown.docket && round === shown.round);
  if (current === undefined) {
    tell("done", `The window of docket ${shown.docket} is over.`);
    close();
    return refresh();
  }
  if (current.digest !== shown.digest) {
    const wanted = wantedChanges();
    shown = await (await ask(`/v1/proposals/${shown.docket}/${shown.round}`)).json();
    render(wanted);
    tell("done", "The proposal changed: files were judged that were missing before. Your changes are kept.");
  }
  tick();
}

function render(wanted = shown.changes) {
  const { docket, round, items, complete } = shown;
  find("title").textContent = `Docket ${docket}${round > 0 ? `, round ${round + 1}` : ""}`;
  find("facts").textContent =
    `${count(items.length, "item")}. Confirm as proposed, or set other grades first.`;
  find("incomplete").hidden = complete;
  find("items").replaceChildren(
    ...items.map((item) =>
      itemOf(
        item,
        wanted.find((change) => change.item === item.item),
      ),
    ),
  );
  tick();
}

function itemOf(item, change) {
  const card = find("item").content.firstElementChild.cloneNode(true);
  const part = (selector) => card.querySelector(selector);
  const { content, findings = [] } = item;
  part("h3").textContent = content?.name ?? item.subject;
  part(".why").textContent =
    `Proposed: ${GRADES[item.grade]}${item.reason ? ` (${item.reason})` : ""}. ${item.why}`;
  part(".checks").hidden = findings.length === 0;
  part("dl").append(
    ...findings.flatMap(({ check, why }) => [
      make("dt", { textContent: check }),
      make("dd", { textContent: why }),
    ]),
  );
  if (content === undefined) part(".preview").remove();
  else {
    part(".preview summary").textContent = `Look at it (${content.mediaType}, ${size(content.sizeBytes)})`;
    part(".preview").addEventListener("toggle", () => preview(item, part(".content")), { once: true });
  }
  const grade = change?.grade ?? item.grade;
  part(".grades").append(
    ...GRADES.map((name, value) =>
      make(
        "label",
        { className: name },
        make("input", {
          type: "radio",
          name: `grade-${item.item}`,
          value: String(value),
          checked: value === grade,
        }),
        name,
      ),
    ),
  );
  const select = part("select");
  select.append(
    make("option", { value: "", textContent: "Choose a reason" }),
    ...shown.reasons.map(({ key, sentence }) => make("option", { value: key, textContent: sentence })),
  );
  select.value = change?.reason ?? item.reason ?? "";
  part("input[type=text]").value = change?.note ?? "";
  card.dataset.item = String(item.item);
  card.addEventListener("change", () => {
    tell("refusal", "");
    tick();
  });
  return card;
}

/** The file, from the validator's own copy. It is shown as text, picture or sound, or offered as a download; never run. */
async function preview({ item, content }, target) {
  target.textContent = "Loading …";
  try {
    const response = await ask(`/v1/proposals/${shown.docket}/${shown.round}/${item}/content`);
    const kind = SHOWN[content.mediaType];
    if (kind === "text") {
      const text = await response.text();
      const part = text.slice(0, LONGEST_TEXT);
      target.replaceChildren(make("pre", { tabIndex: 0, textContent: part }));
      if (text.length > part.length)
        target.append(
          make("p", {
            className: "quiet",
            textContent: `The first ${LONGEST_TEXT} of ${text.length} characters.`,
          }),
        );
      return;
    }
    const blob = new Blob([await response.arrayBuffer()], {
      type: kind ? content.mediaType : "application/octet-stream",
    });
    const url = URL.createObjectURL(blob);
    urls.push(url);
    if (kind === "image") target.replaceChildren(make("img", { src: url, alt: content.name }));
    else if (kind === "audio") target.replaceChildren(make("audio", { src: url, controls: true }));
    else
      target.replaceChildren(
        make("p", { textContent: "This browser cannot show it. " }),
        make("a", { href: url, download: content.name, textContent: `Save ${content.name}` }),
      );
  } catch (error) {
    target.textContent = error.message;
  }
}

function choiceOf(card) {
  const grade = Number(card.querySelector(".grades :checked").value);
  const reason = card.querySelector("select").value;
  const note = card.querySelector("input[type=text]").value.trim();
  return {
    item: Number(card.dataset.item),
    grade,
    ...(grade === 0 ? { reason } : {}),
    ...(note ? { note } : {}),
  };
}

/** What differs from the proposal. */
function wantedChanges() {
  return [...find("items").children].map(choiceOf).filter((choice) => {
    const item = shown.items.find((one) => one.item === choice.item);
    return item !== undefined && (choice.grade !== item.grade || choice.reason !== item.reason);
  });
}

function tick() {
  if (shown === undefined) return;
  const changes = wantedChanges();
  for (const card of find("items").children) {
    const { item, grade } = choiceOf(card);
    card.querySelector(".reason").hidden = grade !== 0;
    card.classList.toggle(
      "changed",
      changes.some((change) => change.item === item),
    );
  }
  find("left").textContent = timeLeft(shown.confirmUntil);
  const text = changes.length === 0 ? "as proposed" : count(changes.length, "change");
  if (find("changed").textContent !== text) find("changed").textContent = text;
  find("confirm").disabled = Date.now() / 1000 + clockAhead >= shown.commitEnds;
}

async function confirm() {
  const changes = wantedChanges();
  const open = changes.find(({ grade, reason }) => grade === 0 && reason === "");
  if (open !== undefined) {
    tell("refusal", "Choose a reason for every file that you reject.");
    find("items").querySelector(`[data-item="${open.item}"] select`).focus();
    return;
  }
  try {
    const { docket, round, digest } = shown;
    await ask(`/v1/proposals/${docket}/${round}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ seen: digest, changes }),
    });
    tell(
      "done",
      `The vote on docket ${docket} is confirmed${changes.length > 0 ? ` with ${count(changes.length, "change")}` : ""}.`,
    );
    close();
    await refresh();
  } catch (error) {
    tell("refusal", error.message);
    await refresh();
  }
}

find("back").addEventListener("click", () => {
  close();
  refresh();
});
find("confirm").addEventListener("click", confirm);
find("items").addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", () => {
  token = takeToken();
  refresh();
});
setInterval(tick, 1_000);
setInterval(refresh, REFRESH_MS);
refresh();
