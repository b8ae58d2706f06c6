namespace Fabric.OpenFlow;

/// <summary>
/// The three ways in which an action can send to the controller. The first has no reason of its own: the table entry gives it.
/// </summary>
public enum ControllerForm
{
    /// <summary><c>output:CONTROLLER</c>.</summary>
    Output,

    /// <summary><c>NXAST_CONTROLLER</c>, with reason and controller.</summary>
    Extension,

    /// <summary><c>NXAST_CONTROLLER2</c>, with properties.</summary>
    Properties,
}
