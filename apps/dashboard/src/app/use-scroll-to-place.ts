import { useEffect } from 'react';
import { useLocation } from 'wouter';

/** A page begins at its top, or at the place its address names; the browser does this only for pages it loads itself. */
export function useScrollToPlace(): void {
  const [location] = useLocation();
  useEffect(() => {
    if (!location) return;
    const place = document.getElementById(window.location.hash.slice(1));
    if (place) place.scrollIntoView({ block: 'center' });
    else window.scrollTo(0, 0);
  }, [location]);
}
