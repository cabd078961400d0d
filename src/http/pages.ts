import type { Health } from './push.ts';

/** What somebody sees who types the bridge's address into a browser. */
export function homePage({ broker, version }: Health): Response {
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>jvs2mqtt</title>
<style>body{font:1.1em/1.5 system-ui,sans-serif;margin:3em auto;max-width:34em;padding:0 1em;color-scheme:light dark}</style>
<h1>jvs2mqtt ${asText(version)}</h1>
<p>The bridge is running. MQTT broker: <strong>${asText(broker)}</strong>.</p>
<p>This is the address for the camera's page <em>Network → Advanced → HTTP service</em> (网络配置 → 高级配置 → http 服务配置).</p>
</html>
`;
  return new Response(html, {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
    },
  });
}

function asText(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
