internal import CRdKafka
internal import Glibc

extension Relay {
    /// What a client says first on a connection through a relay: the length of its name (1 byte),
    /// the name, the length of the broker's address (1 byte), and that address as this system's
    /// `sockaddr`. Client and relay are on one machine.
    package struct Preamble: Equatable {
        package var client: String
        /// A `sockaddr_in` or `sockaddr_in6`.
        package var address: [UInt8]

        package init(client: String, address: [UInt8]) {
            self.client = client
            self.address = address
        }

        package var bytes: [UInt8] {
            let name = client.utf8.prefix(255)
            return [UInt8(name.count)] + name + [UInt8(address.count)] + address
        }

        /// Reads one; `read` gives exactly so many bytes, or `nil` when the client has gone.
        package init?(reading read: (Int) -> [UInt8]?) {
            guard let nameSize = read(1), let name = read(Int(nameSize[0])),
                let addressSize = read(1), let address = read(Int(addressSize[0]))
            else { return nil }
            self.init(client: String(decoding: name, as: UTF8.self), address: address)
        }
    }

    /// How long the relay, on this machine, may take to accept. Milliseconds.
    private static let acceptMilliseconds: Int32 = 2_000

    /// Connects a socket, which does not block, to the relay and says whom it is for. Answers 0,
    /// or an `errno`.
    func connect(_ socket: Int32, insteadOf address: UnsafeRawBufferPointer) -> Int32 {
        let family = address.loadUnaligned(as: sa_family_t.self)
        guard connectLoopback(socket, isVersion6: family == AF_INET6) == 0 || errno == EINPROGRESS
        else { return errno }
        var wait = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
        guard poll(&wait, 1, Relay.acceptMilliseconds) == 1 else { return ETIMEDOUT }
        var error: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size)
        guard error == 0 else { return error }
        let preamble = Preamble(client: client, address: Array(address)).bytes
        // Fits the buffer of a new connection.
        let sent = send(socket, preamble, preamble.count, Int32(MSG_NOSIGNAL))
        return sent == preamble.count ? 0 : ECONNRESET
    }

    /// An IPv6 socket reaches 127.0.0.1 by its mapped address.
    private func connectLoopback(_ socket: Int32, isVersion6: Bool) -> Int32 {
        func connect<Address>(_ address: Address) -> Int32 {
            withUnsafePointer(to: address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(socket, $0, socklen_t(MemoryLayout<Address>.size))
                }
            }
        }
        if isVersion6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            inet_pton(AF_INET6, "::ffff:127.0.0.1", &address.sin6_addr)
            return connect(address)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        return connect(address)
    }
}

/// Called by librdkafka's broker threads in place of `connect`; the socket does not block. Answers
/// 0 or an `errno`.
func connectCallback(
    _ socket: Int32, _ address: UnsafePointer<sockaddr>?, _ size: Int32,
    _ id: UnsafePointer<CChar>?, _ opaque: UnsafeMutableRawPointer?
) -> Int32 {
    guard let address, let relay = context(opaque, as: CallbackContext.self).relay else {
        return EINVAL
    }
    return relay.connect(
        socket, insteadOf: UnsafeRawBufferPointer(start: address, count: Int(size)))
}
