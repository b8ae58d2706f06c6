namespace Fabric.OpenFlow;

/// <summary>Versions of the protocol; the numbers are those of the header's first byte. Each compares with the next as earlier.</summary>
public enum OpenFlowVersion : byte
{
    V10 = 1, V11, V12, V13, V14, V15,
}
