/// A value of the expression language (CEL language definition, "Values"). Scalars, timestamps,
/// durations and host objects are carried inline, so that evaluating scalar work allocates
/// nothing. Not `Sendable`, because host objects are confined to whoever evaluates.
package enum Value {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    /// A sequence of Unicode code points; compared and ordered by them, never normalised.
    case string(String)
    case bytes([UInt8])
    case list([Value])
    case map(MapValue)
    case timestamp(Timestamp)
    case duration(Duration)
    /// The type of a value, by its name in the language, such as `int` or `list`.
    case type(String)
    /// A value that may be absent (`optional.of`, `optional.none`).
    case optional(OptionalValue)
    /// An object of the host, whose fields are asked for by index.
    case object(any HostObject)
}

extension Value {
    /// An instant between 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999999Z.
    package struct Timestamp: Hashable, Comparable, Sendable {
        /// Seconds since 1970-01-01T00:00:00Z.
        package let seconds: Int64
        /// 0 to 999,999,999, always counted forward.
        package let nanoseconds: Int32

        /// The first and the last second there is.
        package static let secondsRange: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

        /// `nil` outside of the years 1 to 9999, or if `nanoseconds` is not 0 to 999,999,999.
        package init?(seconds: Int64, nanoseconds: Int32 = 0) {
            guard Timestamp.secondsRange.contains(seconds),
                (0..<1_000_000_000).contains(nanoseconds)
            else { return nil }
            self.seconds = seconds
            self.nanoseconds = nanoseconds
        }

        package static func < (left: Timestamp, right: Timestamp) -> Bool {
            (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
        }
    }

    /// A span of time, signed, to the nanosecond, up to about 292 years.
    package struct Duration: Hashable, Comparable, Sendable {
        package let nanoseconds: Int64

        package init(nanoseconds: Int64) {
            self.nanoseconds = nanoseconds
        }

        /// `nil` when the span does not fit.
        package init?(seconds: Int64, nanoseconds: Int64 = 0) {
            let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
            guard !overflow else { return nil }
            let (sum, overflown) = scaled.addingReportingOverflow(nanoseconds)
            guard !overflown else { return nil }
            self.nanoseconds = sum
        }

        package static func < (left: Duration, right: Duration) -> Bool {
            left.nanoseconds < right.nanoseconds
        }
    }

    /// What an optional value holds; boxed, because values nest.
    package final class OptionalValue {
        /// `nil` for `optional.none()`.
        package let wrapped: Value?

        package init(_ wrapped: Value?) {
            self.wrapped = wrapped
        }
    }

    /// The name of the value's type, as `type(x)` answers.
    package var typeName: String {
        switch self {
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .list: "list"
        case .map: "map"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .type: "type"
        case .optional: "optional_type"
        case .object(let object): object.objectType.name
        }
    }
}
