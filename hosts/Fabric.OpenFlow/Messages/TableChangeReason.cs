namespace Fabric.OpenFlow;

/// <summary>Why a table status is sent (<c>ofp14_table_reason</c>); the numbers are those of the wire.</summary>
public enum TableChangeReason
{
    VacancyDown = 3,
    VacancyUp = 4,
}
