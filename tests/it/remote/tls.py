"""Speaks TLS in front of a server that does not: tls.py CERTIFICATE KEY PORT. Prints its own port and serves until it is killed."""

import asyncio
import ssl
import sys

certificate, key, port = sys.argv[1:]


async def pass_on(reader, writer):
    try:
        while data := await reader.read(1 << 14):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    writer.close()


async def serve(reader, writer):
    far_reader, far_writer = await asyncio.open_connection("127.0.0.1", int(port))
    await asyncio.gather(pass_on(reader, far_writer), pass_on(far_reader, writer))


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_alpn_protocols(["h2"])
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
