package datatable

import "github.com/jobsprint/jobsprint/nodes"

// DataTable reads and changes data tables: n8n's "dataTable".
func DataTable() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.dataTable",
		Versions: []float64{1, 1.1},
		Class:    nodes.Effect,
		Repeat:   "safe",
		Name:     "Data table",
		Doc:      "Keeps rows in a table of the workspace: inserts, reads, changes and deletes them, and makes and removes tables.",
		Group:    "data",
		Icon:     "database",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields:   fields(),
		Ignored:  []string{"clearWarning", "deleteWarning"},
		New:      newNode,
	}
}

func fields() []nodes.Field {
	return append(append([]nodes.Field{
		nodes.ChoiceField("resource", "Resource", "What the step works on.", nodes.Choose("row", "Row"), nodes.Choose("table", "Table")),
	}, rowFields()...), tableFields()...)
}

func rowFields() []nodes.Field {
	row := nodes.When("resource", "row")
	on := func(operations ...any) []nodes.Condition {
		return []nodes.Condition{row, nodes.When("operation", operations...)}
	}
	return []nodes.Field{
		nodes.ChoiceField("operation", "Operation", "What is done with rows.",
			nodes.Choose("insert", "Insert"), nodes.Choose("get", "Get"), nodes.Choose("update", "Update"), nodes.Choose("upsert", "Update or insert"),
			nodes.Choose("deleteRows", "Delete"), nodes.Choose("rowExists", "Pass on if a row exists"), nodes.Choose("rowNotExists", "Pass on if no row exists")).Show(row),
		{Name: "dataTableId", Label: "Data table", Kind: "resourceLocator", Required: true, ShowWhen: []nodes.Condition{row}, Doc: "From the list, by name or by id."},
		nodes.ChoiceField("matchType", "Rows must match", "", nodes.Choose("anyCondition", "Any condition"), nodes.Choose("allConditions", "All conditions")).
			Show(on("deleteRows", "get", "rowExists", "rowNotExists", "update", "upsert")...),
		conditionsField().
			Show(on("deleteRows", "get", "rowExists", "rowNotExists", "update", "upsert")...),
		{Name: "columns", Label: "Columns", Kind: "resourceMapper", Doc: "The values to write, by column.", ShowWhen: on("insert", "update", "upsert")},
		nodes.FlagField("returnAll", "Return all", false, "").Show(on("get")...),
		nodes.NumberField("limit", "Limit", 50, "At most so many rows for each item.").Show(on("get")...).Show(nodes.When("returnAll", false)),
		nodes.FlagField("orderBy", "Order by a column", false, "").Show(on("get")...),
		nodes.TextField("orderByColumn", "Order by column", "createdAt", "").Show(on("get")...).Show(nodes.When("orderBy", true)),
		nodes.ChoiceField("orderByDirection", "Direction", "", nodes.Choose("DESC", "Descending"), nodes.Choose("ASC", "Ascending")).
			Show(on("get")...).Show(nodes.When("orderBy", true)),
		nodes.OptionsField("options", "Options",
			nodes.FlagField("dryRun", "Dry run", false, "Changes nothing; gives the rows before and after.").Show(nodes.When("operation", "update", "upsert", "deleteRows")),
			nodes.FlagField("optimizeBulk", "Optimise for many rows", false, "Gives the number of rows in place of the rows.").Show(nodes.When("operation", "insert")),
		).Show(row),
	}
}

func conditionsField() nodes.Field {
	return nodes.GroupField("filters", "Conditions", "Which rows are meant.", nodes.ListField("conditions", "Conditions",
		nodes.TextField("keyName", "Column", "id", ""),
		nodes.ChoiceField("condition", "Condition", "", conditions()...),
		nodes.TextField("keyValue", "Value", "", "").Hide(nodes.When("condition", "isEmpty", "isNotEmpty", "isTrue", "isFalse"))))
}

func conditions() []nodes.Option {
	return []nodes.Option{
		nodes.Choose("eq", "Equals"), nodes.Choose("neq", "Is not"), nodes.Choose("like", "Contains a pattern"), nodes.Choose("ilike", "Contains a pattern, any case"),
		nodes.Choose("gt", "Greater than"), nodes.Choose("gte", "At least"), nodes.Choose("lt", "Less than"), nodes.Choose("lte", "At most"),
		nodes.Choose("isEmpty", "Is empty"), nodes.Choose("isNotEmpty", "Is not empty"), nodes.Choose("isTrue", "Is true"), nodes.Choose("isFalse", "Is false"),
	}
}

func tableFields() []nodes.Field {
	tables := nodes.When("resource", "table")
	on := func(operations ...any) []nodes.Condition {
		return []nodes.Condition{tables, nodes.When("operation", operations...)}
	}
	return []nodes.Field{
		nodes.ChoiceField("operation", "Operation", "What is done with tables.",
			nodes.Choose("list", "List"), nodes.Choose("create", "Create"), nodes.Choose("update", "Rename"), nodes.Choose("clear", "Clear"), nodes.Choose("delete", "Delete")).Show(tables),
		{Name: "dataTableId", Label: "Data table", Kind: "resourceLocator", Required: true, ShowWhen: on("clear", "delete", "update"), Doc: "From the list, by name or by id."},
		nodes.TextField("tableName", "Name", "", "Of the new table.").Show(on("create")...).Need(),
		nodes.GroupField("columns", "Columns", "Of the new table.", nodes.ListField("column", "Column",
			nodes.TextField("name", "Name", "", "Begins with a letter; letters, digits and _ follow.").Need(),
			nodes.ChoiceField("type", "Type", "", nodes.Choose("string", "Text"), nodes.Choose("number", "Number"), nodes.Choose("boolean", "Boolean"), nodes.Choose("date", "Date")))).
			Show(on("create")...),
		nodes.TextField("newName", "New name", "", "").Show(on("update")...).Need(),
		nodes.FlagField("returnAll", "Return all", true, "").Show(on("list")...),
		nodes.NumberField("limit", "Limit", 50, "At most so many tables for each item.").Show(on("list")...).Show(nodes.When("returnAll", false)),
		nodes.OptionsField("options", "Options",
			nodes.FlagField("createIfNotExists", "Reuse an existing table", true, "Gives the table of this name where there is one.").Show(nodes.When("operation", "create")),
			nodes.TextField("filterName", "Filter by name", "", "Only tables whose name holds this text.").Show(nodes.When("operation", "list")),
			nodes.ChoiceField("sortField", "Sort by", "", nodes.Choose("name", "Name"), nodes.Choose("createdAt", "Created"), nodes.Choose("updatedAt", "Updated")).Show(nodes.When("operation", "list")),
			nodes.ChoiceField("sortDirection", "Direction", "", nodes.Choose("asc", "Ascending"), nodes.Choose("desc", "Descending")).Show(nodes.When("operation", "list")),
		).Show(tables),
	}
}
