namespace Fabric.OpenFlow;

/// <param name="IsRemark">DSCP remark; else drop. Datapaths of OVS only drop.</param>
/// <param name="Rate">Kilobits or packets a second.</param>
/// <param name="BurstSize">Kilobits or packets.</param>
/// <param name="PrecedenceLevel">Only for a remark.</param>
public sealed record MeterBand(bool IsRemark, uint Rate, uint BurstSize, byte PrecedenceLevel = 0);
