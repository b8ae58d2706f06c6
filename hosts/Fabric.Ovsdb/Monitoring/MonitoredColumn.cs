namespace Fabric.Ovsdb;

/// <summary>A column that is sent, and for which kinds of change.</summary>
internal readonly record struct MonitoredColumn(ColumnSchema Column, MonitorSelect Select);
