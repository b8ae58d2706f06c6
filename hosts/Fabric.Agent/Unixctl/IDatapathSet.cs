using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>
/// Datapaths that an operator makes and changes by hand (<c>dpctl/add-dp</c> and the like), beside that of the agent's bridges. Names are
/// whole ones, such as <c>dummy@br0</c>. Errors are errno's words; null is success.
/// </summary>
public interface IDatapathSet
{
    /// <summary>Those that are not the agent's, by name.</summary>
    IReadOnlyList<DatapathView> Others { get; }

    /// <summary>One of the <see cref="Others"/>.</summary>
    IDatapath? Find(string datapath);

    string? Add(string datapath);

    string? Remove(string datapath);

    /// <summary>The device, of this type, becomes a port.</summary>
    /// <param name="number">Null: any that is free.</param>
    /// <param name="isDevice">Whether there is such a device; if not, the error says why.</param>
    string? AddPort(string datapath, string device, string type, OdpPort? number, out bool isDevice);

    /// <summary>From the agent's datapath, the port comes back when the agent is next configured.</summary>
    string? RemovePort(string datapath, OdpPort number);

    /// <summary>A port of the agent's datapath gets another number, which its bridge then finds out.</summary>
    void Renumber(string port, OdpPort number);
}
