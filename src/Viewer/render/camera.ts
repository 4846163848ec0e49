export interface Camera { x: number; y: number; zoom: number }

export const zoomRange = { least: 0.002, most: 4 };

export const clampZoom = (zoom: number): number => Math.min(zoomRange.most, Math.max(zoomRange.least, zoom));

/** Zooms so that what is at a point of the screen stays there. x and y of a camera: what is at the screen's upper left corner. */
export function zoomAt(camera: Camera, factor: number, x: number, y: number): Camera {
  const zoom = clampZoom(camera.zoom * factor);
  return { zoom, x: camera.x + x / camera.zoom - x / zoom, y: camera.y + y / camera.zoom - y / zoom };
}

/** Shows all of a rectangle, in the middle. */
export function fit(left: number, top: number, width: number, height: number, screen: { width: number; height: number }, most = 1.25): Camera {
  const margin = 24;
  const zoom = clampZoom(Math.min(most, (screen.width - 2 * margin) / Math.max(width, 1), (screen.height - 2 * margin) / Math.max(height, 1)));
  return { zoom, x: left + width / 2 - screen.width / zoom / 2, y: top + height / 2 - screen.height / zoom / 2 };
}

/**
 * Where the picture is at first: all of it if that can be made out, otherwise its beginning, large enough to read.
 * @param start the middle of what comes first, from the left
 * @param least the zoom at which all of it is still worth showing
 */
export function firstLook(width: number, height: number, start: number, screen: { width: number; height: number }, least: number): Camera {
  const all = fit(0, 0, width, height, screen, 1);
  if (all.zoom >= least) return all;
  const zoom = Math.min(1, Math.max(0.6, (screen.width - 48) / Math.max(width, 1)));
  const middle = width * zoom <= screen.width ? width / 2 : Math.min(Math.max(start, screen.width / zoom / 2 - 24), width + 24 - screen.width / zoom / 2);
  return { zoom, x: middle - screen.width / zoom / 2, y: -24 / zoom };
}
