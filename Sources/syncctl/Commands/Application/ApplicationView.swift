import KubeCore
import KubeYAML
import SyncController
import SyncEngine

/// An Application as it is printed.
struct ApplicationView {
    var object: KubeObject
    var format: ApplicationFormat

    private var application: Application { Application(object) }

    /// The whole object, where a program asks for it.
    func showObject() {
        Console.print(ApplicationView.text([.object(object.json)], format, isList: false))
    }

    /// The summary, as labels of a fixed width and what they say (C29).
    func showSummary(_ access: ApplicationAccess) async throws {
        let overview = ApplicationOverview(application, windows: try await access.windows(of: application))
        Console.print(Self.lines(overview.fields).joined(separator: "\n"))
    }

    /// How the last operation went (C30).
    func showOperation() {
        guard let operation = application.status.operation else { return }
        Console.print("")
        Console.print(OperationSummary(operation: operation).lines.joined(separator: "\n"))
    }

    func showConditions() {
        let conditions = application.status.conditions
        guard !conditions.isEmpty else { return }
        let rows = conditions.map {
            [$0.kind.rawValue, $0.message, $0.lastTransitionTime?.rfc3339 ?? ""]
        }
        Console.print("")
        TextTable(header: ["CONDITION", "MESSAGE", "LAST TRANSITION"], rows: rows).show()
    }

    /// Its objects: a table, or a tree (C20, C31).
    func showResources(
        _ access: ApplicationAccess, selection: ResourceSelection = ResourceSelection()
    ) async throws {
        let rows = ResourceRow.rows(of: application.status, selection: selection)
        guard !rows.isEmpty else { return }
        Console.print("")
        switch format {
        case .wide: TextTable(header: ResourceRow.header, rows: rows.map(\.cells)).show()
        case .tree, .treeDetailed:
            try await ResourceTreeView(isDetailed: format == .treeDetailed).show(rows, access)
        case .json, .yaml: break
        }
    }

    static func lines(_ fields: [(label: String, value: String)], width: Int = 20) -> [String] {
        fields.map { field in
            field.value.isEmpty
                ? field.label
                : field.label + String(repeating: " ", count: max(1, width - field.label.count)) + field.value
        }
    }

    /// Objects for programs.
    static func text(_ objects: [JSONValue], _ format: ApplicationFormat, isList: Bool) -> String {
        let value = isList || objects.count != 1 ? JSONValue.array(objects) : objects[0]
        return format == .yaml
            ? YAMLText(value).lines.joined(separator: "\n") : value.text(.pretty)
    }
}

extension TextTable {
    func show() { Console.print(lines().joined(separator: "\n")) }
}
