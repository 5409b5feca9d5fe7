import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import type { Location } from "../../../src-main/contract/locations.ts";
import { pointsPerPixel } from "../../../src-main/contract/pictures.ts";
import styles from "./ImageView.module.css";

const margin = 32;
const highlightMargin = 80;

/** A picture with the cited words lit over it. Places are in points of the page that it stands for. */
export function ImageView({
  url,
  name,
  location,
  zoom,
  onFitting,
}: {
  readonly url: string;
  readonly name: string;
  readonly location: Location | null;
  /** 1 shows each pixel as one; null fits the width, without making it larger. */
  readonly zoom: number | null;
  /** Told the scale that fits the width, when it changes. */
  readonly onFitting: (scale: number) => void;
}): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const shown = useRef<{ location: Location | null; url: string; scale: number }>(null);
  const [width, setWidth] = useState(0);
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  useEffect(() => {
    const view = scroller.current;
    if (!view) return;
    const observer = new ResizeObserver(() => setWidth(view.clientWidth));
    observer.observe(view);
    return () => observer.disconnect();
  }, []);
  const fitting = Math.min(1, Math.max(0.01, (width - margin) / (size?.width ?? 1)));
  const scale = zoom ?? fitting;
  const perPoint = scale / pointsPerPixel;
  const rects = location?.kind === "page" ? location.rects : [];

  useEffect(() => onFitting(fitting), [fitting, onFitting]);

  // To the cited words once, when the picture has its size; a later change of size keeps the place.
  useLayoutEffect(() => {
    const view = scroller.current;
    if (!view || !size || width === 0) return;
    const before = shown.current;
    shown.current = { location, url, scale };
    if (before?.location === location && before.url === url) {
      view.scrollTop *= scale / before.scale;
      view.scrollLeft *= scale / before.scale;
      return;
    }
    const tops = location?.kind === "page" ? location.rects.map((rect) => rect.y) : [];
    if (tops.length > 0) view.scrollTop = Math.min(...tops) * perPoint - highlightMargin;
  }, [location, url, size, width, scale, perPoint]);

  return (
    <div ref={scroller} className={styles["scroller"]} tabIndex={0}>
      <div
        className={styles["sheet"]}
        style={size ? { width: size.width * scale, height: size.height * scale } : undefined}
      >
        <img
          className={styles["picture"]}
          src={url}
          alt={name}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            setSize({ width: naturalWidth, height: naturalHeight })
          }
        />
        {size &&
          rects.map((rect) => (
            <div
              key={`${rect.x}-${rect.y}`}
              data-highlight
              className={styles["highlight"]}
              style={{
                left: rect.x * perPoint - 1,
                top: rect.y * perPoint - 1,
                width: rect.width * perPoint + 2,
                height: rect.height * perPoint + 2,
              }}
            />
          ))}
      </div>
    </div>
  );
}
