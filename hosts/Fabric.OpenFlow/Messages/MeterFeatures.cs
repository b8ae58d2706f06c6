namespace Fabric.OpenFlow;

/// <param name="BandTypes">Bit n is band type n: 1 drop, 2 DSCP remark.</param>
public sealed record MeterFeatures(uint MaxMeters, uint BandTypes, MeterFlags Capabilities, byte MaxBands, byte MaxColors);
