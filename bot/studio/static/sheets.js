// Sheets are what slides up from the bottom of the phone: a list's rows, what
// can be sent along, the places to share. And every tap on the phone.

// wireSheets listens on the phone once; bubbles come and go.
export function wireSheets(phone, post) {
  const text = document.getElementById("text");

  const done = (sheet) => {
    sheet?.close();
    text.focus({ preventScroll: true });
  };

  phone.addEventListener("click", (event) => {
    const target = event.target;
    const sheet = target.closest("dialog");
    const button = target.closest("button");
    if (sheet && target === sheet) return sheet.close(); // outside it
    if (!button) return;
    const { sheet: opens, tap, attach, latitude, longitude } = button.dataset;
    if ("close" in button.dataset) return sheet.close();
    if (opens) {
      sheet?.close();
      return open(phone, document.getElementById(opens));
    }
    if (tap) {
      post("/tap", { id: tap });
      if (sheet) done(sheet);
    } else if (attach) {
      post("/attach", { media: attach });
      done(sheet);
    } else if (latitude) {
      post("/share", { latitude, longitude });
      done(sheet);
    }
  });

  const form = document.getElementById("place-form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = (name) => form.elements[name].value.replace(",", ".");
    post("/share", { latitude: value("latitude"), longitude: value("longitude") });
    done(form.closest("dialog"));
  });

  phone.addEventListener("keydown", walkRows);

  // A phone that is turned, or a window made smaller, moves it along.
  addEventListener("resize", () => {
    const sheet = phone.querySelector("dialog[open]");
    if (sheet) lay(phone, sheet);
  });
}

function open(phone, sheet) {
  lay(phone, sheet);
  sheet.showModal();
}

// lay puts the sheet over the bottom of the phone, wherever that stands.
function lay(phone, sheet) {
  const frame = phone.getBoundingClientRect();
  const style = sheet.style;
  style.setProperty("--left", `${frame.left}px`);
  style.setProperty("--width", `${frame.width}px`);
  style.setProperty("--below", `${Math.max(0, innerHeight - frame.bottom)}px`);
  style.setProperty("--height", `${frame.height}px`);
}

// walkRows lets the arrow keys go through a list's rows.
function walkRows(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const row = event.target.closest?.(".row");
  if (!step || !row) return;
  const rows = [...row.closest(".rows").querySelectorAll(".row")];
  const next = rows[rows.indexOf(row) + step];
  event.preventDefault();
  next?.focus();
}
