import Foundation
import Glibc
import Synchronization
import Testing

@testable import Kafka
@testable import shouwang

/// The relay of `prove`, between a client and a server of this test.
@Suite struct FaultyNetworkTests {
    /// Answers every byte with itself, and keeps all that came.
    private final class Echo: Sendable {
        let address: [UInt8]
        private let listener: Int32
        private let bytes = Mutex<[UInt8]>([])

        var received: [UInt8] { bytes.withLock { $0 } }

        init() {
            let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    precondition(bind(listener, $0, size) == 0 && listen(listener, 8) == 0)
                    getsockname(listener, $0, &size)
                }
            }
            self.listener = listener
            self.address = withUnsafeBytes(of: address) { Array($0) }
            thread { [self] in
                while case let client = accept(listener, nil, nil), client >= 0 {
                    thread { [self] in serve(client) }
                }
            }
        }

        private func serve(_ client: Int32) {
            var byte: UInt8 = 0
            while recv(client, &byte, 1, 0) == 1 {
                bytes.withLock { $0.append(byte) }
                send(client, &byte, 1, Int32(MSG_NOSIGNAL))
            }
            close(client)
        }

        private func thread(_ body: @escaping @Sendable () -> Void) {
            Thread.detachNewThread(body)
        }

        func end() { shutdown(listener, Int32(SHUT_RDWR)) }
    }

    /// A connection through the network.
    private struct Client: ~Copyable {
        let socket = Glibc.socket(
            AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)

        init(_ name: String, _ network: FaultyNetwork, _ server: Echo) {
            let relay = Relay(port: network.port, client: name)
            let code = server.address.withUnsafeBytes { relay.connect(socket, insteadOf: $0) }
            #expect(code == 0)
        }

        deinit { close(socket) }

        func say(_ byte: UInt8) {
            var byte = byte
            #expect(send(socket, &byte, 1, Int32(MSG_NOSIGNAL)) == 1)
        }

        /// What comes within so long: a byte, -1 for the end of the connection, `nil` for nothing.
        func hear(milliseconds: Int32) -> Int? {
            var wait = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard poll(&wait, 1, milliseconds) == 1 else { return nil }
            var byte: UInt8 = 0
            return recv(socket, &byte, 1, 0) == 1 ? Int(byte) : -1
        }
    }

    private func within(seconds: Int, _ condition: () -> Bool) -> Bool {
        for _ in 0..<(seconds * 100) {
            if condition() { return true }
            usleep(10_000)
        }
        return false
    }

    @Test func `bytes pass, each client has its own weather`() throws {
        let (network, server) = (try FaultyNetwork(), Echo())
        defer {
            network.close()
            server.end()
        }
        let one = Client("one", network, server)
        let other = Client("other", network, server)
        one.say(1)
        #expect(one.hear(milliseconds: 5_000) == 1)
        network.set(.held(toBroker: true, fromBroker: true), for: "one")
        one.say(2)
        other.say(3)
        #expect(other.hear(milliseconds: 5_000) == 3)
        #expect(one.hear(milliseconds: 200) == nil)
        #expect(server.received == [1, 3])
        network.set(.fair, for: "one")
        #expect(one.hear(milliseconds: 5_000) == 2)
    }

    @Test func `answers alone can be held`() throws {
        let (network, server) = (try FaultyNetwork(), Echo())
        defer {
            network.close()
            server.end()
        }
        let one = Client("one", network, server)
        network.set(.held(toBroker: false, fromBroker: true), for: "one")
        one.say(1)
        #expect(within(seconds: 5) { server.received == [1] })
        #expect(one.hear(milliseconds: 200) == nil)
        network.set(.fair, for: "one")
        #expect(one.hear(milliseconds: 5_000) == 1)
    }

    @Test func `what was held arrives when its sender has gone`() throws {
        let (network, server) = (try FaultyNetwork(), Echo())
        defer {
            network.close()
            server.end()
        }
        do {
            let one = Client("one", network, server)
            one.say(1)
            #expect(one.hear(milliseconds: 5_000) == 1)
            network.set(.held(toBroker: true, fromBroker: false), for: "one")
            one.say(2)
            one.say(3)
        }
        usleep(200_000)
        #expect(server.received == [1])
        network.set(.fair, for: "one")
        #expect(within(seconds: 5) { server.received == [1, 2, 3] })
    }

    @Test func `connections break, with what was held, and are refused for a while`() throws {
        let (network, server) = (try FaultyNetwork(), Echo())
        defer {
            network.close()
            server.end()
        }
        let one = Client("one", network, server)
        network.set(.held(toBroker: true, fromBroker: true), for: "one")
        one.say(1)
        usleep(100_000)
        network.set(.refused, for: "one")
        #expect(one.hear(milliseconds: 5_000) == -1)
        let second = Client("one", network, server)
        #expect(second.hear(milliseconds: 5_000) == -1)
        network.set(.fair, for: "one")
        let third = Client("one", network, server)
        third.say(2)
        #expect(third.hear(milliseconds: 5_000) == 2)
        #expect(server.received == [2])
    }
}
