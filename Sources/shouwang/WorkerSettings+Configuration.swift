import Foundation
import Streams

extension WorkerSettings {
    /// What the configuration says of every worker; its log lines name `pipeline`. The folder of
    /// its snapshots is made. Throws when a setting is missing.
    init(
        _ configuration: Configuration, pipeline: String, group: String, ordinal: String
    ) throws {
        self.init(client: try Clients.settings(configuration), group: group, ordinal: ordinal)
        isStatic = configuration.text("worker.membership") == "static"
        guard !isStatic || configuration.text("worker.ordinal") != nil else {
            throw CommandError.failed(
                "worker.membership: static needs worker.ordinal (--ordinal), the same after a "
                    + "restart: it is the member's name")
        }
        lanes = configuration.number("worker.lanes") ?? 1
        if let value = configuration.number("worker.sessionTimeoutMilliseconds") {
            sessionTimeoutMilliseconds = value
        }
        if let value = configuration.number("worker.heartbeatMilliseconds") {
            heartbeatMilliseconds = value
        }
        if let value = configuration.number("worker.transactionTimeoutMilliseconds") {
            transactionTimeoutMilliseconds = value
        }
        if let value = configuration.number("worker.commitMilliseconds") {
            commitIntervalMilliseconds = value
        }
        standbyCopies = configuration.number("worker.standby") ?? 0
        if let seconds = configuration.number("worker.snapshotSeconds") {
            snapshotMilliseconds = Int64(seconds) * 1_000
        }
        if let folder = configuration.text("folders.state") {
            try? FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            disk = StateFolder(folder)
        }
        let log = try Log(configuration)
        self.log = { level, message, fields in
            let others = fields.filter { $0.0 != "pipeline" }
            log.write(level, message, [("pipeline", pipeline)] + others)
        }
    }
}
