import { zoomAt, type Camera } from "./camera.ts";

export interface GestureTarget {
  camera(): Camera;
  move(camera: Camera): void;
  hover(x: number, y: number): void;
  leave(): void;
  click(x: number, y: number): void;
  doubleClick(x: number, y: number): void;
}

/** Further than this from where it began, a press is a drag. */
const slack = 4;

/** Turns pointers and the wheel into moves and clicks: one pointer drags, two pinch, the wheel zooms. */
export function listen(canvas: HTMLCanvasElement, target: GestureTarget): void {
  const pointers = new Map<number, { x: number; y: number }>();
  let start: { x: number; y: number } | null = null;
  let dragging = false;
  const at = (event: PointerEvent | WheelEvent | MouseEvent): { x: number; y: number } => {
    const bounds = canvas.getBoundingClientRect();
    return { x: event.clientX - bounds.left, y: event.clientY - bounds.top };
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button > 1) return;
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, at(event));
    if (pointers.size === 1) {
      start = at(event);
      dragging = false;
    } else {
      start = null;
    }
  });

  canvas.addEventListener("pointermove", (event) => {
    const now = at(event);
    const before = pointers.get(event.pointerId);
    if (before === undefined) return target.hover(now.x, now.y);
    const camera = target.camera();
    if (pointers.size === 1) {
      if (!dragging && start !== null && Math.hypot(now.x - start.x, now.y - start.y) < slack) return;
      dragging = true;
      canvas.classList.add("dragging");
      target.move({ ...camera, x: camera.x - (now.x - before.x) / camera.zoom, y: camera.y - (now.y - before.y) / camera.zoom });
    } else {
      const other = [...pointers].find(([id]) => id !== event.pointerId)![1];
      const factor = Math.hypot(now.x - other.x, now.y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
      const zoomed = zoomAt(camera, factor, other.x, other.y);
      target.move({ ...zoomed, x: zoomed.x - (now.x - before.x) / 2 / zoomed.zoom, y: zoomed.y - (now.y - before.y) / 2 / zoomed.zoom });
    }
    pointers.set(event.pointerId, now);
  });

  const release = (event: PointerEvent): void => {
    if (!pointers.delete(event.pointerId)) return;
    canvas.classList.remove("dragging");
    if (event.type === "pointerup" && start !== null && !dragging) target.click(start.x, start.y);
    start = null;
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerleave", () => target.leave());
  canvas.addEventListener("dblclick", (event) => target.doubleClick(at(event).x, at(event).y));

  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const { x, y } = at(event);
    // Lines and pages as some mice give them are turned into pixels.
    const step = event.deltaY * (event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1);
    const camera = target.camera();
    if (event.shiftKey) target.move({ ...camera, x: camera.x + step / camera.zoom });
    else target.move(zoomAt(camera, Math.exp(-Math.max(-240, Math.min(240, step)) * (event.ctrlKey ? 0.01 : 0.0022)), x, y));
  }, { passive: false });
}
