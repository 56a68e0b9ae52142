import Kafka
import Testing

struct WithoutBrokerTests {
    /// Kafka's own test vectors (org.apache.kafka.common.utils.UtilsTest).
    @Test(arguments: [
        ("21", -973_932_308), ("foobar", -790_332_482),
        ("a-little-bit-long-string", -985_981_536),
        ("a-little-bit-longer-string", -1_486_304_829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
        ("abc", 479_470_107),
    ])
    func `murmur2 is Kafka's`(text: String, hash: Int32) {
        #expect(text.bytes { Murmur2.hash($0) } == UInt32(bitPattern: hash))
    }

    @Test func `statistics take the numbers of the top level only`() {
        let json = #"""
            {"name":"a\"b{","replyq":3,"msg_cnt":12,"tx":-1,"brokers":{"x":{"tx":99,"rx":[1,2]}},
            "txmsgs":7, "rxmsg_bytes":9000000000}
            """#
        let read = Array(json.utf8).withUnsafeBufferPointer { Statistics(scanning: $0) }
        var wanted = Statistics()
        wanted.repliesQueued = 3
        wanted.messagesQueued = 12
        wanted.requests = 1
        wanted.messagesSent = 7
        wanted.messageBytesReceived = 9_000_000_000
        #expect(read == wanted)
    }

    @Test func `errors name what to do next`() {
        func recovery(
            _ code: KafkaError.Code, fatal: Bool = false, retriable: Bool = false,
            abort: Bool = false
        ) -> Recovery {
            KafkaError(
                code: code, message: "", isFatal: fatal, isRetriable: retriable,
                requiresAbort: abort
            ).recovery
        }
        #expect(recovery(.timedOut, retriable: true) == .retriable)
        #expect(recovery(.illegalGeneration, abort: true) == .abortable)
        #expect(recovery(.fenced, fatal: true) == .fenced)
        #expect(recovery(.producerFenced, abort: true) == .fenced)
        #expect(recovery(.fatal) == .fatal)
        #expect(recovery(.transport) == .unknown)
        // An abort is not enough where a request may still be under way.
        #expect(recovery(.timedOut, abort: true) == .unknown)
        #expect(recovery(.messageTimedOut, abort: true) == .unknown)
    }

    @Test func `a setting that librdkafka refuses is an error at once, and names it`() {
        let settings = ClientSettings(
            bootstrapServers: "127.0.0.1:1", extra: [("no.such.setting", "1")])
        let error = #expect(throws: KafkaError.self) { _ = try Producer(settings) }
        #expect(error?.message.contains("no.such.setting") == true)
    }

    @Test func `the operator cannot switch off what exactly-once rests on`() throws {
        // Accepted, and overridden: an idempotent producer with acks 0 would be refused.
        let settings = ClientSettings(
            bootstrapServers: "127.0.0.1:1", extra: [("enable.idempotence", "false")])
        _ = try Producer(settings)
    }

    @Test func `a broker out of reach is something to try again`() throws {
        let producer = try TransactionalProducer(
            TransactionalProducerSettings(
                client: ClientSettings(bootstrapServers: "127.0.0.1:1"), transactionalID: "x"))
        #expect(producer.initialize(timeoutMilliseconds: 300)?.recovery == .retriable)
    }
}
