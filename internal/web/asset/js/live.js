// Keeps a page of the desk as it is elsewhere: when the stream says that something happened, what is in #live is
// asked for anew. Where the stream cannot be had, it is asked for every half minute.
"use strict";

(() => {
	const quiet = 400, poll = 30000;

	// follow calls back, at most every 400 ms, when something happened. calendar.js uses it too.
	window.keptFollow = (url, changed) => {
		let timer = 0, polling = 0;
		const soon = () => {
			clearTimeout(timer);
			timer = setTimeout(changed, quiet);
		};
		const fallback = () => { if (!polling) polling = setInterval(() => { if (!document.hidden) changed(); }, poll); };
		if (!url || !window.EventSource) { fallback(); return; }
		const source = new EventSource(url);
		// The types of our events are many and grow: any of them, named or not, is a reason to look.
		source.onmessage = soon;
		for (const type of ["booking", "changed", "message", "hours", "card"]) source.addEventListener(type, soon);
		source.onopen = () => { clearInterval(polling); polling = 0; };
		source.onerror = fallback;
		addEventListener("pagehide", () => source.close());
	};

	document.addEventListener("DOMContentLoaded", () => {
		const main = document.querySelector("main[data-stream]"), live = document.getElementById("live");
		if (!main || !live || !window.htmx) return;
		window.keptFollow(main.dataset.stream, () => {
			// Whoever is typing or deciding is not disturbed.
			const now = document.getElementById("live");
			if (!now || now.querySelector("details[open]") || now.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) return;
			window.htmx.ajax("GET", location.href, {target: "#live", select: "#live", swap: "outerHTML"});
		});
	});
})();
