using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>Features of tables.</summary>
public sealed partial class OpenFlowSession
{
    /// <summary>Sets names if the request carries features, and answers with what holds then.</summary>
    private OpenFlowError SetTableFeatures(TableFeaturesRequest request)
    {
        var error = request.Changes.Count == 0 ? OpenFlowError.None : _switch.Tables.TryApply(request.Changes, Version);
        return error != OpenFlowError.None ? error : Reply(request, new TableFeaturesReply(_switch.Tables.Features(Version)));
    }
}
