import Foundation
import Kafka
import Synchronization

/// The network between a proof's workers and the brokers: a TCP relay on 127.0.0.1 that every
/// connection of theirs goes through (`Relay`), and that can cut each of them off. It reads none
/// of what it passes on. What others on this machine could reach through it they reach without it.
///
/// A thread accepts, and each connection has two that pump its bytes, one a direction. May be used
/// from any thread.
final class FaultyNetwork: Sendable {
    /// What a worker's connections do.
    enum Weather: Equatable, Sendable {
        case fair
        /// Bytes are held on their way: to the broker, from it, or both. Connections stay, and
        /// what was held arrives when the weather changes, even when its sender is gone by then.
        case held(toBroker: Bool, fromBroker: Bool)
        /// Connections break at once, with what was held, and new ones are closed as soon as they
        /// are made.
        case refused
    }

    /// Where it listens, on 127.0.0.1.
    let port: UInt16
    private let listener: Int32
    private let links = Mutex<[String: Link]>([:])

    /// Throws when no port can be had.
    init() throws(CommandError) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 256) == 0
                    && getsockname(listener, $0, &size) == 0
            }
        }
        guard listener >= 0, isBound else {
            throw .failed("no port of 127.0.0.1 can be listened on: error \(errno)")
        }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        thread { [self] in accept() }
    }

    /// Ends it: no connection is taken any more, and those there are break.
    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        for link in links.withLock({ Array($0.values) }) { link.breakAll() }
    }

    /// From now on, for all connections of this client, also those not yet made.
    func set(_ weather: Weather, for client: String) { link(client).set(weather) }

    /// Breaks the connections of this client; what was held is lost.
    func breakConnections(of client: String) { link(client).breakAll() }

    private func link(_ client: String) -> Link {
        links.withLock { links in
            if let link = links[client] { return link }
            let link = Link()
            links[client] = link
            return link
        }
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            if client >= 0 {
                thread { [self] in serve(client) }
            } else if errno != EINTR, errno != ECONNABORTED, errno != EMFILE {
                Glibc.close(listener)
                return
            }
        }
    }

    /// A new connection: hears whom it is for, and pumps until both sides have ended.
    private func serve(_ client: Int32) {
        guard let preamble = Relay.Preamble(reading: { FaultyNetwork.read(client, $0) }) else {
            Glibc.close(client)
            return
        }
        let link = link(preamble.client)
        let family = preamble.address.withUnsafeBytes { $0.loadUnaligned(as: sa_family_t.self) }
        let broker = socket(Int32(family), Int32(SOCK_STREAM.rawValue), 0)
        let connection = Connection(client: client, broker: broker)
        guard connection.connect(preamble.address), link.add(connection) else { return }
        thread { connection.pump(toBroker: false, link) }
        connection.pump(toBroker: true, link)
        link.remove(connection)
    }

    private static func read(_ socket: Int32, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        let found = recv(socket, &bytes, count, Int32(MSG_WAITALL))
        return found == count ? bytes : nil
    }

    private func thread(_ body: @escaping @Sendable () -> Void) {
        let thread = Thread(block: body)
        thread.stackSize = 128 << 10
        thread.start()
    }
}

/// All connections of one client. May be used from any thread.
private final class Link: @unchecked Sendable {
    // Everything below is guarded by the condition.
    private let condition = NSCondition()
    private var current = FaultyNetwork.Weather.fair
    private var connections: [ObjectIdentifier: Connection] = [:]

    func set(_ weather: FaultyNetwork.Weather) {
        condition.withLock {
            current = weather
            // In the same moment: nothing held may slip through between the two.
            if weather == .refused { breakThem() }
            condition.broadcast()
        }
    }

    /// Waits until bytes of this direction may go on, or their connection is broken.
    func wait(toBroker: Bool, _ connection: Connection) {
        condition.withLock {
            while case .held(let up, let down) = current, toBroker ? up : down,
                connections[ObjectIdentifier(connection)] != nil
            {
                condition.wait()
            }
        }
    }

    /// False where connections are refused.
    func add(_ connection: Connection) -> Bool {
        condition.withLock {
            guard current != .refused else { return false }
            connections[ObjectIdentifier(connection)] = connection
            return true
        }
    }

    func remove(_ connection: Connection) {
        condition.withLock { connections[ObjectIdentifier(connection)] = nil }
    }

    func breakAll() {
        condition.withLock {
            breakThem()
            condition.broadcast()
        }
    }

    /// Under the lock.
    private func breakThem() {
        for connection in connections.values { connection.breakOff() }
        connections = [:]
    }
}

/// One connection of a client to a broker; closed when nobody uses it any more.
private final class Connection: Sendable {
    private let client: Int32
    private let broker: Int32

    init(client: Int32, broker: Int32) {
        self.client = client
        self.broker = broker
        // Nothing waits for more bytes to come: clients and brokers have none of that either.
        var one: Int32 = 1
        for socket in [client, broker] {
            setsockopt(
                socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    deinit {
        close(client)
        close(broker)
    }

    func connect(_ address: [UInt8]) -> Bool {
        address.withUnsafeBytes {
            Glibc.connect(
                broker, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self),
                socklen_t($0.count)) == 0
        }
    }

    /// Both sides see it reset; threads in `pump` wake up and end.
    func breakOff() {
        var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
        for socket in [client, broker] {
            setsockopt(
                socket, SOL_SOCKET, SO_LINGER, &linger,
                socklen_t(MemoryLayout<Glibc.linger>.size))
            shutdown(socket, Int32(SHUT_RDWR))
        }
    }

    /// Passes bytes on, in one direction, until they end; then says so to the other side.
    func pump(toBroker: Bool, _ link: Link) {
        let (from, to) = toBroker ? (client, broker) : (broker, client)
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = recv(from, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            link.wait(toBroker: toBroker, self)
            guard count > 0, send(buffer[0..<count], to) else { break }
        }
        shutdown(to, Int32(SHUT_WR))
        // Should `to` be gone, nothing more is wanted of `from`.
        shutdown(from, Int32(SHUT_RD))
    }

    private func send(_ bytes: ArraySlice<UInt8>, _ socket: Int32) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Glibc.send(
                    socket, bytes.baseAddress! + sent, bytes.count - sent,
                    Int32(MSG_NOSIGNAL))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }
}
