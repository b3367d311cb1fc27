// Measures the page that loads it and lists every problem; empty lists mean success.
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const told = (element) => `${element.tagName} ${element.getAttribute('class') || ''} ${element.textContent.trim().slice(0, 40)}`;
  const svgs = all('svg');
  const wide = document.documentElement.clientWidth;

  // An area without width or height cannot be seen.
  const flat = svgs.filter((svg) => {
    const box = svg.getBoundingClientRect();
    return box.width < 1 || box.height < 1;
  });
  const untitled = svgs.filter((svg) => (svg.getAttribute('role') === 'img'
    ? !svg.querySelector('title')?.textContent.trim()
    : svg.getAttribute('aria-hidden') !== 'true'));

  // Only elements that scroll by themselves may be wider than the window.
  const scrolls = (element) => element.closest('.wide') && !element.matches('.wide');
  const outside = all('body *').filter((element) => {
    if (scrolls(element) || element.closest('svg') || element.tagName === 'SCRIPT') return false;
    const box = element.getBoundingClientRect();
    return box.width > 0 && (box.right > wide + 1 || box.left < -1);
  });
  // A text that is wider than its box or its cell of the heat map.
  const cut = all('p, li, td, th, dd, dt, h1, h2, h3, h4, b, code, blockquote, span').filter((element) => (
    !scrolls(element) && getComputedStyle(element).display !== 'inline' && element.scrollWidth > element.clientWidth + 1));
  const heat = document.querySelector('svg.heat');
  if (heat) {
    const { width, height } = heat.viewBox.baseVal;
    for (const text of all('text', heat)) {
      const box = text.getBBox();
      if (box.x < -0.5 || box.x + box.width > width + 0.5 || box.y < -0.5 || box.y + box.height > height + 0.5) cut.push(text);
    }
    for (const group of all('g', heat)) {
      if (group.querySelector('text').getBBox().width > group.querySelector('rect').getBBox().width) cut.push(group);
    }
  }

  // Contrast between text and its background, by WCAG 2: 4.5, or 3 for large text.
  const channel = (value) => (value /= 255, value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const colour = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const under = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = colour(getComputedStyle(at).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const faint = [];
  for (const element of all('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || element.closest('svg') || element.tagName === 'SCRIPT') continue;
    const style = getComputedStyle(element);
    const least = parseFloat(style.fontSize) >= 24 ? 3 : 4.5;
    const found = ratio(colour(style.color), under(element));
    if (found < least) faint.push(`${found.toFixed(2)} ${told(element)}`);
  }
  for (const group of heat ? all('g', heat) : []) {
    const fill = (selector) => colour(getComputedStyle(group.querySelector(selector)).fill);
    const shade = group.querySelector('.shade');
    const opacity = Number(shade.getAttribute('fill-opacity'));
    const ground = fill('.ground');
    const mixed = fill('.shade').map((value, i) => value * opacity + ground[i] * (1 - opacity));
    const found = ratio(fill('text'), mixed);
    if (found < 4.5) faint.push(`${found.toFixed(2)} ${told(group)}`);
  }

  const found = {
    title: document.title,
    dark: matchMedia('(prefers-color-scheme: dark)').matches,
    h1: all('h1').length,
    articles: all('article').length,
    svgs: svgs.length,
    names: all('article h2').map((element) => element.textContent.trim()),
    overflow: document.documentElement.scrollWidth - wide,
    resources: performance.getEntriesByType('resource').map((entry) => entry.name),
    foreign: all('script, img, link, iframe, object, embed, form, input, u').map(told).slice(0, -1),
    flat: flat.map(told),
    untitled: untitled.map(told),
    outside: outside.map(told),
    cut: cut.map(told),
    faint,
    unscoped: all('th').filter((element) => element.textContent.trim() && !element.scope).map(told),
  };
  const measured = document.createElement('pre');
  measured.id = 'measured';
  measured.textContent = JSON.stringify(found).replace(/[<>&]/g, '?');
  document.body.append(measured);
})();
