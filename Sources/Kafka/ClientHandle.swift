internal import CRdKafka

/// What C callbacks find through the configuration's one opaque slot. It is retained by the
/// handle and released after librdkafka has ended all its threads, so it outlives every callback.
class CallbackContext {
    let log: KafkaLog
    let statistics: (@Sendable (Statistics) -> Void)?
    let relay: Relay?
    /// Errors that belong to no call, such as all brokers being down; taken by the next poll.
    /// Set within poll, so on the caller's thread.
    var lastError: KafkaError?
    /// Freeing the handle must not wait for a group to be left.
    var isAbandoned = false

    init(_ settings: ClientSettings) {
        log = settings.log
        statistics = settings.statistics
        relay = settings.relay
    }
}

/// Owns a librdkafka handle and the context of its callbacks, and frees both, in that order.
struct ClientHandle<Context: CallbackContext>: ~Copyable {
    let rk: OpaquePointer
    let context: Context
    private let retained: Unmanaged<Context>

    /// Makes a handle. `configure` may set more on the configuration; `guarantees` are set last.
    init(
        _ type: rd_kafka_type_t, _ settings: ClientSettings, context: Context,
        guarantees: [(String, String)], configure: (OpaquePointer) -> Void = { _ in }
    ) throws(KafkaError) {
        let retained = Unmanaged.passRetained(context)
        do {
            rk = try Self.open(type, settings, retained.toOpaque(), guarantees, configure)
        } catch {
            retained.release()
            throw error
        }
        self.retained = retained
        self.context = context
    }

    private static func open(
        _ type: rd_kafka_type_t, _ settings: ClientSettings, _ opaque: UnsafeMutableRawPointer,
        _ guarantees: [(String, String)], _ configure: (OpaquePointer) -> Void
    ) throws(KafkaError) -> OpaquePointer {
        guard let conf = rd_kafka_conf_new() else {
            throw KafkaError(code: .state, message: "making a configuration: out of memory")
        }
        var list: [(String, String)] = [
            ("bootstrap.servers", settings.bootstrapServers),
            ("client.id", settings.clientID),
            // Small requests are what a transaction consists of; Nagle would hold them back.
            ("socket.nagle.disable", "true"),
            ("log.connection.close", "false"),
        ]
        if settings.statistics != nil {
            list.append(
                ("statistics.interval.ms", "\(settings.statisticsIntervalMilliseconds)"))
        }
        list += settings.extra.map { ($0.name, $0.value) }
        list += guarantees
        for (name, value) in list {
            if let problem = Self.set(conf, name, value) {
                rd_kafka_conf_destroy(conf)
                throw KafkaError(code: .invalidArgument, message: problem)
            }
        }
        rd_kafka_conf_set_opaque(conf, opaque)
        rd_kafka_conf_set_log_cb(conf, logCallback)
        rd_kafka_conf_set_error_cb(conf, errorCallback)
        if settings.statistics != nil { rd_kafka_conf_set_stats_cb(conf, statisticsCallback) }
        if settings.relay != nil { rd_kafka_conf_set_connect_cb(conf, connectCallback) }
        configure(conf)
        var text = [CChar](repeating: 0, count: 512)
        guard let rk = rd_kafka_new(type, conf, &text, text.count) else {
            rd_kafka_conf_destroy(conf)
            let said = text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
            throw KafkaError(code: .invalidArgument, message: "making a client: \(said)")
        }
        return rk
    }

    private static func set(_ conf: OpaquePointer, _ name: String, _ value: String) -> String? {
        var text = [CChar](repeating: 0, count: 512)
        guard rd_kafka_conf_set(conf, name, value, &text, text.count) != RD_KAFKA_CONF_OK else {
            return nil
        }
        return text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    deinit {
        rd_kafka_destroy_flags(rk, context.isAbandoned ? RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE : 0)
        retained.release()
    }

    /// The fatal error the handle is in, if any.
    func fatalError() -> KafkaError? {
        var text = [CChar](repeating: 0, count: 512)
        let code = rd_kafka_fatal_error(rk, &text, text.count)
        guard code.rawValue != 0 else { return nil }
        return KafkaError(
            code: .init(rawValue: code.rawValue),
            message: text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) },
            isFatal: true)
    }
}

/// The context of a handle, from a callback's opaque pointer.
func context<Context: CallbackContext>(
    _ opaque: UnsafeMutableRawPointer?, as type: Context.Type
) -> Context {
    Unmanaged<Context>.fromOpaque(opaque!).takeUnretainedValue()
}

private func logCallback(
    _ rk: OpaquePointer?, _ level: Int32, _ facility: UnsafePointer<CChar>?,
    _ text: UnsafePointer<CChar>?
) {
    guard let rk, let opaque = rd_kafka_opaque(rk) else { return }
    context(opaque, as: CallbackContext.self).log(
        LogLevel(rawValue: level) ?? .debug, facility.map { String(cString: $0) } ?? "",
        text.map { String(cString: $0) } ?? "")
}

private func errorCallback(
    _ rk: OpaquePointer?, _ code: Int32, _ reason: UnsafePointer<CChar>?,
    _ opaque: UnsafeMutableRawPointer?
) {
    let context = context(opaque, as: CallbackContext.self)
    let error = KafkaError(
        code: .init(rawValue: code), message: reason.map { String(cString: $0) } ?? "",
        isFatal: code == KafkaError.Code.fatal.rawValue)
    context.lastError = error
    context.log(.warning, error.code.name, error.message)
}

private func statisticsCallback(
    _ rk: OpaquePointer?, _ json: UnsafeMutablePointer<CChar>?, _ size: Int,
    _ opaque: UnsafeMutableRawPointer?
) -> Int32 {
    guard let json else { return 0 }
    let context = context(opaque, as: CallbackContext.self)
    json.withMemoryRebound(to: UInt8.self, capacity: size) { bytes in
        context.statistics?(
            Statistics(scanning: UnsafeBufferPointer(start: bytes, count: size)))
    }
    return 0  // librdkafka frees the text
}
