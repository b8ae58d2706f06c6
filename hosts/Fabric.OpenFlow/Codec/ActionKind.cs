namespace Fabric.OpenFlow;

/// <summary>Forms that actions have on the wire; one action may have several (OVS: <c>enum ofp_raw_action_type</c>).</summary>
internal enum ActionKind
{
    Output10, Output11, SetVlanVid10, SetVlanPcp10, SetVlanVid11, SetVlanPcp11, PushVlan, StripVlan, PopVlan, SetEthSource,
    SetEthDestination, SetNwSource, SetNwDestination, SetNwTos, SetNwEcn, SetTpSource, SetTpDestination, Enqueue, SetMplsLabel, SetMplsTc,
    SetMplsTtl, DecMplsTtl, PushMpls, PopMpls, SetQueue, Group, SetNwTtl, DecNwTtl, DecTtlIds, SetField12, SetField15, RegLoad, RegLoad2,
    CopyField15, CopyFieldOnf, RegMove, Meter, Resubmit, ResubmitTable, ResubmitTableCt, SetTunnel, SetTunnel64, PopQueue, Note, Multipath,
    Bundle, BundleLoad, OutputReg, OutputReg2, Learn, Learn2, Exit, FinTimeout, Controller, Controller2, WriteMetadata, StackPush, StackPop,
    Sample, Sample2, Sample3, Conjunction, Ct, Nat, OutputTrunc, Clone, CtClear, Encap, Decap, CheckPktLarger, DeleteField, DebugSlow,
    DebugRecirc,
}
