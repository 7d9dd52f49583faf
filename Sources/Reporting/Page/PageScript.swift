/// What the page does by itself: narrows to what the reader chooses, and tells the numbers under the pointer.
enum PageScript {
  static let text = #"""
    "use strict";
    (() => {
      const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

      // Everything that is about one value of a parameter carries it as data-at, a JSON map.
      const parts = all("[data-at]").map((element) => ({ element, at: Object.entries(JSON.parse(element.dataset.at)) }));
      const blocks = all(".block").map((element) => ({
        element,
        kinds: ["tbody tr[data-at]", "thead th[data-at]", "g.line"].map((kind) => all(kind, element)),
      }));
      const groups = all(".group").map((element) => ({ element, blocks: all(".block", element) }));
      const form = document.getElementById("filter");
      const boxes = all("input", form || document.createElement("form"));
      const isOff = (element) => element.classList.contains("off");

      function apply(unknown) {
        const wanted = new Map();
        for (const box of boxes.filter((box) => box.checked)) {
          wanted.set(box.name, (wanted.get(box.name) || new Set()).add(box.value));
        }
        for (const part of parts) {
          const off = part.at.some(([name, value]) => wanted.has(name) && !wanted.get(name).has(value));
          part.element.classList.toggle("off", off);
        }
        // A table without rows and a panel without lines say nothing.
        for (const block of blocks) {
          if (block.kinds.some((kind) => kind.length > 0 && kind.every(isOff))) block.element.classList.add("off");
        }
        for (const group of groups) group.element.classList.toggle("off", group.blocks.every(isOff));
        const left = blocks.filter((block) => !isOff(block.element)).length;
        document.getElementById("shown").textContent =
          `${left} of ${blocks.length} tables and pictures shown` +
          (unknown.length > 0 ? `; nothing here is ${unknown.join(", ")}` : "");
      }

      const decoded = (text) => {
        try {
          return decodeURIComponent(text);
        } catch {
          return text;
        }
      };

      // #attack=min-max&aggregator=krum,fedavg; a fragment without "=" is a place of the page.
      function readFragment() {
        const fragment = location.hash.slice(1);
        if (fragment !== "" && !fragment.includes("=")) return;
        const asked = new Set();
        const unknown = [];
        for (const pair of fragment.split("&").filter((pair) => pair !== "")) {
          const equals = pair.indexOf("=");
          const name = decoded(equals < 0 ? pair : pair.slice(0, equals));
          for (const text of equals < 0 ? [""] : pair.slice(equals + 1).split(",")) {
            const value = decoded(text);
            const box = boxes.find((box) => box.name === name && box.value === value);
            if (box) asked.add(box);
            else unknown.push(`${name}=${value}`);
          }
        }
        for (const box of boxes) box.checked = asked.has(box);
        apply(unknown);
      }

      function writeFragment() {
        const wanted = new Map();
        for (const box of boxes.filter((box) => box.checked)) {
          wanted.set(box.name, [...(wanted.get(box.name) || []), encodeURIComponent(box.value)]);
        }
        const pairs = [...wanted].map(([name, values]) => `${encodeURIComponent(name)}=${values.join(",")}`);
        history.replaceState(null, "", pairs.length > 0 ? "#" + pairs.join("&") : location.pathname + location.search);
      }

      if (form) {
        form.hidden = false;
        // The whole filter fills a small screen.
        if (window.innerWidth < 600) form.querySelector("details").open = false;
        form.addEventListener("submit", (event) => event.preventDefault());
        form.addEventListener("reset", (event) => {
          event.preventDefault();
          for (const box of boxes) box.checked = false;
          writeFragment();
          apply([]);
        });
        form.addEventListener("change", () => {
          writeFragment();
          apply([]);
        });
        window.addEventListener("hashchange", readFragment);
        readFragment();
        if (location.hash === "" || !location.hash.includes("=")) apply([]);
      }

      const tip = document.getElementById("tip");
      const [tipName, tipX, tipValue] = tip.children;
      const reach = 40;

      function nearest(panel, event) {
        const matrix = panel.getScreenCTM();
        if (!matrix) return null;
        const pointer = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
        let best = null;
        for (const line of all("g.line", panel).filter((line) => !isOff(line))) {
          const points = line.querySelector("polyline").points;
          for (let index = 0; index < points.numberOfItems; index++) {
            const point = points.getItem(index);
            const distance = Math.hypot(point.x - pointer.x, point.y - pointer.y);
            if (!best || distance < best.distance) best = { line, index, point, distance };
          }
        }
        return best && best.distance <= reach ? best : null;
      }

      function leave(panel) {
        tip.hidden = true;
        for (const line of all(".near", panel)) line.classList.remove("near");
        panel.querySelector(".spot").classList.remove("on");
      }

      function hover(panel, event) {
        leave(panel);
        const found = nearest(panel, event);
        if (!found) return;
        const data = found.line.dataset;
        const field = (texts) => texts.split(",")[found.index];
        const seeds = data.seeds.includes(",") ? field(data.seeds) : data.seeds;
        const deviation = field(data.deviations);
        tipName.textContent = data.name;
        tipX.textContent = `${panel.dataset.x} ${field(data.x)}`;
        tipValue.textContent =
          field(data.means) + (deviation === "" ? "" : ` ± ${deviation}`) + (seeds === "1" ? "" : ` over ${seeds} seeds`);
        found.line.classList.add("near");
        const spot = panel.querySelector(".spot");
        spot.setAttribute("cx", found.point.x);
        spot.setAttribute("cy", found.point.y);
        spot.classList.add("on");
        tip.hidden = false;
        const fits = event.clientX + tip.offsetWidth + 16 < document.documentElement.clientWidth;
        const above = event.clientY - tip.offsetHeight - 12;
        tip.style.left = `${fits ? event.clientX + 12 : Math.max(4, event.clientX - tip.offsetWidth - 12)}px`;
        tip.style.top = `${above < 4 ? event.clientY + 16 : above}px`;
      }

      for (const panel of all("svg.panel")) {
        panel.addEventListener("pointermove", (event) => hover(panel, event));
        panel.addEventListener("pointerdown", (event) => hover(panel, event));
        panel.addEventListener("pointerleave", () => leave(panel));
      }

      // On paper nothing can be unfolded.
      window.addEventListener("beforeprint", () => {
        for (const details of all("details")) details.open = true;
      });
    })();
    """#
}
