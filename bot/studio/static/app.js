// The page of bode demo: what is pushed is shown, what is done is posted.
import { Chat } from "./chat.js";
import { Clock } from "./clock.js";
import { Picture } from "./picture.js";
import { wireSheets } from "./sheets.js";

const words = document.body.dataset;
const byId = (id) => document.getElementById(id);

let toastTimer;
function toast(text, bad = false) {
  const box = byId("toast");
  box.textContent = text;
  box.classList.toggle("bad", bad);
  box.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => box.classList.remove("shown"), bad ? 8000 : 4000);
}

// post tells the server; the answer comes by the stream.
async function post(path, fields = {}) {
  try {
    const answer = await fetch(path, { method: "POST", body: new URLSearchParams(fields) });
    if (answer.ok) return true;
  } catch {
    // told below
  }
  toast(words.failed, true);
  return false;
}

const picture = new Picture();
const chat = new Chat(post);
const clock = new Clock(post, toast);
wireSheets(byId("phone"), post);

let hash = "";
const shows = {
  chat: (v) => chat.show(v),
  clock: (v) => clock.show(v),
  place: (v) => {
    byId("place").textContent = v.sentence;
    picture.place(v);
  },
  bundle: (v) => {
    if (hash && hash !== v.hash) toast(words.live);
    hash = v.hash;
    byId("municipality").textContent = v.municipality;
    chat.suggest(v.try);
    picture.bundle(v);
  },
  faults: (v) => {
    const box = byId("faults");
    box.innerHTML = v.html;
    box.hidden = v.count + v.hints === 0;
  },
};

let stream;
let lost = false;
function connect() {
  stream?.close();
  stream = new EventSource(`/events?lang=${document.documentElement.lang}`);
  for (const [name, show] of Object.entries(shows)) {
    stream.addEventListener(name, (event) => show(JSON.parse(event.data)));
  }
  stream.addEventListener("open", () => {
    if (lost) byId("toast").classList.remove("shown");
    lost = false;
    document.body.dataset.connected = "yes";
  });
  stream.addEventListener("error", () => {
    document.body.dataset.connected = "no";
    if (!lost) toast(words.lost, true);
    lost = true;
    if (stream.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
  });
}
addEventListener("pagehide", () => stream?.close());
addEventListener("pageshow", (event) => event.persisted && connect());

byId("new").addEventListener("click", async () => {
  if (!(await post("/new"))) return;
  connect();
  picture.follow();
  toast(words.new);
  byId("text").focus();
});

for (const tab of document.querySelectorAll("[data-tab]")) {
  tab.addEventListener("click", () => {
    words.show = tab.dataset.tab;
    for (const other of document.querySelectorAll("[data-tab]")) other.setAttribute("aria-pressed", String(other === tab));
    if (tab.dataset.tab === "picture") picture.seen();
    else chat.toNewest();
  });
}

connect();
