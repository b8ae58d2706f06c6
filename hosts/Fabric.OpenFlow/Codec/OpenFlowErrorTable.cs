using static Fabric.OpenFlow.OpenFlowVersion;
using E = Fabric.OpenFlow.OpenFlowError;

namespace Fabric.OpenFlow;

/// <summary>One row per error: the name that OVS prints, then where each range of versions puts it.</summary>
internal static class OpenFlowErrorTable
{
    /// <summary>From OVS <c>include/openvswitch/ofp-errors.h</c>.</summary>
    public static readonly ErrorRow[] Rows =
    [
        // OFPET_HELLO_FAILED
        Row(E.HfcIncompatible, "OFPHFC_INCOMPATIBLE", Standard(V10, V15, 0, 0)),
        Row(E.HfcEperm, "OFPHFC_EPERM", Standard(V10, V15, 0, 1)),

        // OFPET_BAD_REQUEST
        Row(E.BrcBadVersion, "OFPBRC_BAD_VERSION", Standard(V10, V15, 1, 0)),
        Row(E.BrcBadType, "OFPBRC_BAD_TYPE", Standard(V10, V15, 1, 1)),
        Row(E.BrcBadStat, "OFPBRC_BAD_STAT", Standard(V10, V15, 1, 2)),
        Row(E.BrcBadVendor, "OFPBRC_BAD_VENDOR", Standard(V10, V15, 1, 3)),
        Row(E.BrcBadSubtype, "OFPBRC_BAD_SUBTYPE", Standard(V10, V15, 1, 4)),
        Row(E.BrcEperm, "OFPBRC_EPERM", Standard(V10, V15, 1, 5)),
        Row(E.BrcBadLen, "OFPBRC_BAD_LEN", Standard(V10, V15, 1, 6)),
        Row(E.BrcBufferEmpty, "OFPBRC_BUFFER_EMPTY", Standard(V10, V15, 1, 7)),
        Row(E.BrcBufferUnknown, "OFPBRC_BUFFER_UNKNOWN", Standard(V10, V15, 1, 8)),
        Row(E.BrcBadTableId, "OFPBRC_BAD_TABLE_ID", Nicira(V10, V10, 1, 512), Standard(V11, V15, 1, 9)),
        Row(E.BrcIsSecondary, "OFPBRC_IS_SECONDARY", Standard(V10, V11, 1, 5), Standard(V12, V15, 1, 10)),
        Row(E.BrcBadPort, "OFPBRC_BAD_PORT", Nicira(V10, V11, 1, 514), Standard(V12, V15, 1, 11)),
        Row(E.BrcBadPacket, "OFPBRC_BAD_PACKET", Standard(V12, V15, 1, 12)),
        Row(E.BrcMultipartBufferOverflow, "OFPBRC_MULTIPART_BUFFER_OVERFLOW", Standard(V13, V15, 1, 13)),
        Row(E.BrcMultipartRequestTimeout, "OFPBRC_MULTIPART_REQUEST_TIMEOUT", Onf(V13, V13, 2640), Standard(V14, V15, 1, 14)),
        Row(E.BrcMultipartReplyTimeout, "OFPBRC_MULTIPART_REPLY_TIMEOUT", Onf(V13, V13, 2641), Standard(V14, V15, 1, 15)),
        Row(E.BrcMultipartBadSched, "OFPBRC_MULTIPART_BAD_SCHED", Standard(V15, V15, 1, 16)),
        Row(E.BrcPipelineFieldsOnly, "OFPBRC_PIPELINE_FIELDS_ONLY", Standard(V15, V15, 1, 17)),
        Row(E.BrcUnknown, "OFPBRC_UNKNOWN", Standard(V15, V15, 1, 18)),
        Row(E.NxbrcNxmInvalid, "NXBRC_NXM_INVALID", Nicira(V10, V11, 1, 256), Nicira(V12, V15, 2)),
        Row(E.NxbrcNxmBadType, "NXBRC_NXM_BAD_TYPE", Nicira(V10, V11, 1, 257), Nicira(V12, V15, 3)),
        Row(E.NxbrcMustBeZero, "NXBRC_MUST_BE_ZERO", Nicira(V10, V11, 1, 515), Nicira(V12, V15, 4)),
        Row(E.NxbrcBadReason, "NXBRC_BAD_REASON", Nicira(V10, V11, 1, 516), Nicira(V12, V15, 5)),
        Row(E.NxbrcFmBadEvent, "NXBRC_FM_BAD_EVENT", Nicira(V10, V11, 1, 520), Nicira(V12, V15, 9)),
        Row(E.NxbrcUnencodableError, "NXBRC_UNENCODABLE_ERROR", Nicira(V10, V11, 1, 521), Nicira(V12, V15, 10)),

        // OFPET_BAD_ACTION
        Row(E.BacBadType, "OFPBAC_BAD_TYPE", Standard(V10, V15, 2, 0)),
        Row(E.BacBadLen, "OFPBAC_BAD_LEN", Standard(V10, V15, 2, 1)),
        Row(E.BacBadVendor, "OFPBAC_BAD_VENDOR", Standard(V10, V15, 2, 2)),
        Row(E.BacBadVendorType, "OFPBAC_BAD_VENDOR_TYPE", Standard(V10, V15, 2, 3)),
        Row(E.BacBadOutPort, "OFPBAC_BAD_OUT_PORT", Standard(V10, V15, 2, 4)),
        Row(E.BacBadArgument, "OFPBAC_BAD_ARGUMENT", Standard(V10, V15, 2, 5)),
        Row(E.BacEperm, "OFPBAC_EPERM", Standard(V10, V15, 2, 6)),
        Row(E.BacTooMany, "OFPBAC_TOO_MANY", Standard(V10, V15, 2, 7)),
        Row(E.BacBadQueue, "OFPBAC_BAD_QUEUE", Standard(V10, V15, 2, 8)),
        Row(E.BacBadOutGroup, "OFPBAC_BAD_OUT_GROUP", Nicira(V10, V10, 2, 9), Standard(V11, V15, 2, 9)),
        Row(E.BacMatchInconsistent, "OFPBAC_MATCH_INCONSISTENT", Nicira(V10, V10, 1, 522), Standard(V11, V15, 2, 10)),
        Row(E.BacUnsupportedOrder, "OFPBAC_UNSUPPORTED_ORDER", Standard(V11, V15, 2, 11)),
        Row(E.BacBadTag, "OFPBAC_BAD_TAG", Standard(V11, V15, 2, 12)),
        Row(E.BacBadSetType, "OFPBAC_BAD_SET_TYPE", Nicira(V10, V11, 1, 523), Standard(V12, V15, 2, 13)),
        Row(E.BacBadSetLen, "OFPBAC_BAD_SET_LEN", Nicira(V10, V11, 1, 524), Standard(V12, V15, 2, 14)),
        Row(E.BacBadSetArgument, "OFPBAC_BAD_SET_ARGUMENT", Nicira(V10, V11, 1, 525), Standard(V12, V15, 2, 15)),
        Row(E.BacBadSetMask, "OFPBAC_BAD_SET_MASK", Onf(V13, V14, 4250), Standard(V15, V15, 2, 16)),
        Row(E.BacBadMeter, "OFPBAC_BAD_METER", Standard(V15, V15, 2, 17)),
        Row(E.NxbacMustBeZero, "NXBAC_MUST_BE_ZERO", Nicira(V10, V11, 2, 256), Nicira(V12, V15, 11)),
        Row(E.NxbacBadConjunction, "NXBAC_BAD_CONJUNCTION", Nicira(V10, V11, 2, 526), Nicira(V12, V15, 15)),
        Row(E.NxbacBadHeaderType, "NXBAC_BAD_HEADER_TYPE", Nicira(V13, V15, 39)),
        Row(E.NxbacUnknownEdProp, "NXBAC_UNKNOWN_ED_PROP", Nicira(V13, V15, 40)),
        Row(E.NxbacBadEdProp, "NXBAC_BAD_ED_PROP", Nicira(V13, V15, 41)),
        Row(E.NxbacCtDatapathSupport, "NXBAC_CT_DATAPATH_SUPPORT", Nicira(V10, V11, 1, 265), Nicira(V12, V15, 42)),

        // OFPET_BAD_INSTRUCTION
        Row(E.BicUnknownInst, "OFPBIC_UNKNOWN_INST", Standard(V11, V15, 3, 0)),
        Row(E.BicUnsupInst, "OFPBIC_UNSUP_INST", Nicira(V10, V10, 2, 257), Standard(V11, V15, 3, 1)),
        Row(E.BicBadTableId, "OFPBIC_BAD_TABLE_ID", Standard(V11, V15, 3, 2)),
        Row(E.BicUnsupMetadata, "OFPBIC_UNSUP_METADATA", Standard(V11, V15, 3, 3)),
        Row(E.BicUnsupMetadataMask, "OFPBIC_UNSUP_METADATA_MASK", Standard(V11, V15, 3, 4)),
        Row(E.BicBadExperimenter, "OFPBIC_BAD_EXPERIMENTER", Standard(V11, V15, 3, 5)),
        Row(E.BicBadExpType, "OFPBIC_BAD_EXP_TYPE", Standard(V11, V11, 3, 5), Standard(V12, V15, 3, 6)),
        Row(E.BicBadLen, "OFPBIC_BAD_LEN", Standard(V12, V15, 3, 7)),
        Row(E.BicEperm, "OFPBIC_EPERM", Standard(V12, V15, 3, 8)),
        Row(E.BicDupInst, "OFPBIC_DUP_INST", Nicira(V11, V11, 3, 256), Onf(V12, V13, 2600), Standard(V14, V15, 3, 9)),

        // OFPET_BAD_MATCH
        Row(E.BmcBadType, "OFPBMC_BAD_TYPE", Standard(V11, V15, 4, 0)),
        Row(E.BmcBadLen, "OFPBMC_BAD_LEN", Standard(V11, V15, 4, 1)),
        Row(E.BmcBadTag, "OFPBMC_BAD_TAG", Standard(V11, V15, 4, 2)),
        Row(E.BmcBadDlAddrMask, "OFPBMC_BAD_DL_ADDR_MASK", Standard(V11, V15, 4, 3)),
        Row(E.BmcBadNwAddrMask, "OFPBMC_BAD_NW_ADDR_MASK", Standard(V11, V15, 4, 4)),
        Row(E.BmcBadWildcards, "OFPBMC_BAD_WILDCARDS", Nicira(V10, V10, 1, 262), Standard(V11, V15, 4, 5)),
        Row(E.BmcBadField, "OFPBMC_BAD_FIELD", Nicira(V10, V10, 0, 263), Standard(V11, V15, 4, 6)),
        Row(E.BmcBadValue, "OFPBMC_BAD_VALUE", Nicira(V10, V10, 1, 258), Standard(V11, V15, 4, 7)),
        Row(E.BmcBadMask, "OFPBMC_BAD_MASK", Nicira(V10, V11, 1, 259), Standard(V12, V15, 4, 8)),
        Row(E.BmcBadPrereq, "OFPBMC_BAD_PREREQ", Nicira(V10, V11, 1, 260), Standard(V12, V15, 4, 9)),
        Row(E.BmcDupField, "OFPBMC_DUP_FIELD", Nicira(V10, V11, 1, 261), Standard(V12, V15, 4, 10)),
        Row(E.BmcEperm, "OFPBMC_EPERM", Standard(V12, V15, 4, 11)),
        Row(E.NxbmcCtDatapathSupport, "NXBMC_CT_DATAPATH_SUPPORT", Nicira(V10, V11, 1, 264), Nicira(V12, V15, 43)),

        // OFPET_FLOW_MOD_FAILED
        Row(E.FmfcUnknown, "OFPFMFC_UNKNOWN", Standard(V11, V15, 5, 0)),
        Row(E.FmfcTableFull, "OFPFMFC_TABLE_FULL", Standard(V10, V10, 3, 0), Standard(V11, V15, 5, 1)),
        Row(E.FmfcBadTableId, "OFPFMFC_BAD_TABLE_ID", Standard(V11, V15, 5, 2)),
        Row(E.FmfcOverlap, "OFPFMFC_OVERLAP", Standard(V10, V10, 3, 1), Standard(V11, V15, 5, 3)),
        Row(E.FmfcEperm, "OFPFMFC_EPERM", Standard(V10, V10, 3, 2), Standard(V11, V15, 5, 4)),
        Row(E.FmfcBadTimeout, "OFPFMFC_BAD_TIMEOUT", Standard(V11, V15, 5, 5)),
        Row(E.FmfcBadEmergTimeout, "OFPFMFC_BAD_EMERG_TIMEOUT", Standard(V10, V10, 3, 3)),
        Row(E.FmfcBadCommand, "OFPFMFC_BAD_COMMAND", Standard(V10, V10, 3, 4), Standard(V11, V15, 5, 6)),
        Row(E.FmfcBadFlags, "OFPFMFC_BAD_FLAGS", Nicira(V10, V10, 3, 258), Nicira(V11, V11, 5, 258), Standard(V12, V15, 5, 7)),
        Row(E.FmfcCantSync, "OFPFMFC_CANT_SYNC", Standard(V14, V15, 5, 8)),
        Row(E.FmfcBadPriority, "OFPFMFC_BAD_PRIORITY", Onf(V13, V13, 2360), Standard(V14, V15, 5, 9)),
        Row(E.FmfcIsSync, "OFPFMFC_IS_SYNC", Standard(V14, V15, 5, 10)),
        Row(E.FmfcUnsupported, "OFPFMFC_UNSUPPORTED", Standard(V10, V10, 3, 5)),
        Row(E.NxfmfcHardware, "NXFMFC_HARDWARE", Nicira(V10, V11, 5, 256), Nicira(V12, V15, 12)),
        Row(E.NxfmfcBadTableId, "NXFMFC_BAD_TABLE_ID", Nicira(V10, V11, 5, 257), Nicira(V12, V15, 13)),
        Row(E.NxfmfcInvalidTlvField, "NXFMFC_INVALID_TLV_FIELD", Nicira(V10, V11, 1, 536), Nicira(V12, V15, 37)),

        // OFPET_GROUP_MOD_FAILED
        Row(E.GmfcGroupExists, "OFPGMFC_GROUP_EXISTS", Nicira(V10, V10, 6, 0), Standard(V11, V15, 6, 0)),
        Row(E.GmfcInvalidGroup, "OFPGMFC_INVALID_GROUP", Nicira(V10, V10, 6, 1), Standard(V11, V15, 6, 1)),
        Row(E.GmfcWeightUnsupported, "OFPGMFC_WEIGHT_UNSUPPORTED", Nicira(V10, V10, 6, 2), Standard(V11, V15, 6, 2)),
        Row(E.GmfcOutOfGroups, "OFPGMFC_OUT_OF_GROUPS", Nicira(V10, V10, 6, 3), Standard(V11, V15, 6, 3)),
        Row(E.GmfcOutOfBuckets, "OFPGMFC_OUT_OF_BUCKETS", Nicira(V10, V10, 6, 4), Standard(V11, V15, 6, 4)),
        Row(E.GmfcChainingUnsupported, "OFPGMFC_CHAINING_UNSUPPORTED", Nicira(V10, V10, 6, 5), Standard(V11, V15, 6, 5)),
        Row(E.GmfcWatchUnsupported, "OFPGMFC_WATCH_UNSUPPORTED", Nicira(V10, V10, 6, 6), Standard(V11, V15, 6, 6)),
        Row(E.GmfcLoop, "OFPGMFC_LOOP", Nicira(V10, V10, 6, 7), Standard(V11, V15, 6, 7)),
        Row(E.GmfcUnknownGroup, "OFPGMFC_UNKNOWN_GROUP", Nicira(V10, V10, 6, 8), Standard(V11, V15, 6, 8)),
        Row(E.GmfcChainedGroup, "OFPGMFC_CHAINED_GROUP", Nicira(V10, V10, 6, 9), Standard(V12, V15, 6, 9)),
        Row(E.GmfcBadType, "OFPGMFC_BAD_TYPE", Nicira(V10, V10, 6, 10), Standard(V12, V15, 6, 10)),
        Row(E.GmfcBadCommand, "OFPGMFC_BAD_COMMAND", Nicira(V10, V10, 6, 11), Standard(V12, V15, 6, 11)),
        Row(E.GmfcBadBucket, "OFPGMFC_BAD_BUCKET", Nicira(V10, V10, 6, 12), Standard(V12, V15, 6, 12)),
        Row(E.GmfcBadWatch, "OFPGMFC_BAD_WATCH", Nicira(V10, V10, 6, 13), Standard(V12, V15, 6, 13)),
        Row(E.GmfcEperm, "OFPGMFC_EPERM", Nicira(V10, V10, 6, 14), Standard(V12, V15, 6, 14)),
        Row(E.GmfcUnknownBucket, "OFPGMFC_UNKNOWN_BUCKET", Nicira(V10, V10, 6, 15), Standard(V15, V15, 6, 15)),
        Row(E.GmfcBucketExists, "OFPGMFC_BUCKET_EXISTS", Nicira(V10, V10, 6, 16), Standard(V15, V15, 6, 16)),

        // OFPET_PORT_MOD_FAILED
        Row(E.PmfcBadPort, "OFPPMFC_BAD_PORT", Standard(V10, V10, 4, 0), Standard(V11, V15, 7, 0)),
        Row(E.PmfcBadHwAddr, "OFPPMFC_BAD_HW_ADDR", Standard(V10, V10, 4, 1), Standard(V11, V15, 7, 1)),
        Row(E.PmfcBadConfig, "OFPPMFC_BAD_CONFIG", Standard(V11, V15, 7, 2)),
        Row(E.PmfcBadAdvertise, "OFPPMFC_BAD_ADVERTISE", Standard(V11, V15, 7, 3)),
        Row(E.PmfcEperm, "OFPPMFC_EPERM", Standard(V12, V15, 7, 4)),

        // OFPET_TABLE_MOD_FAILED
        Row(E.TmfcBadTable, "OFPTMFC_BAD_TABLE", Standard(V11, V15, 8, 0)),
        Row(E.TmfcBadConfig, "OFPTMFC_BAD_CONFIG", Standard(V11, V15, 8, 1)),
        Row(E.TmfcEperm, "OFPTMFC_EPERM", Standard(V12, V15, 8, 2)),

        // OFPET_QUEUE_OP_FAILED
        Row(E.QofcBadPort, "OFPQOFC_BAD_PORT", Standard(V10, V10, 5, 0), Standard(V11, V15, 9, 0)),
        Row(E.QofcBadQueue, "OFPQOFC_BAD_QUEUE", Standard(V10, V10, 5, 1), Standard(V11, V15, 9, 1)),
        Row(E.QofcEperm, "OFPQOFC_EPERM", Standard(V10, V10, 5, 2), Standard(V11, V15, 9, 2)),
        Row(E.NxqofcQueueError, "NXQOFC_QUEUE_ERROR", Nicira(V14, V15, 23)),

        // OFPET_SWITCH_CONFIG_FAILED
        Row(E.ScfcBadFlags, "OFPSCFC_BAD_FLAGS", Standard(V11, V15, 10, 0)),
        Row(E.ScfcBadLen, "OFPSCFC_BAD_LEN", Standard(V11, V15, 10, 1)),
        Row(E.ScfcEperm, "OFPSCFC_EPERM", Standard(V12, V15, 10, 2)),

        // OFPET_ROLE_REQUEST_FAILED
        Row(E.RrfcStale, "OFPRRFC_STALE", Standard(V12, V15, 11, 0)),
        Row(E.RrfcUnsup, "OFPRRFC_UNSUP", Standard(V12, V15, 11, 1)),
        Row(E.RrfcBadRole, "OFPRRFC_BAD_ROLE", Nicira(V10, V11, 1, 513), Standard(V12, V15, 11, 2)),
        Row(E.RrfcIdUnsup, "OFPRRFC_ID_UNSUP", Standard(V15, V15, 11, 3)),
        Row(E.RrfcIdInUse, "OFPRRFC_ID_IN_USE", Standard(V15, V15, 11, 4)),

        // OFPET_METER_MOD_FAILED
        Row(E.MmfcUnknown, "OFPMMFC_UNKNOWN", Standard(V13, V15, 12, 0)),
        Row(E.MmfcMeterExists, "OFPMMFC_METER_EXISTS", Standard(V13, V15, 12, 1)),
        Row(E.MmfcInvalidMeter, "OFPMMFC_INVALID_METER", Standard(V13, V15, 12, 2)),
        Row(E.MmfcUnknownMeter, "OFPMMFC_UNKNOWN_METER", Standard(V13, V15, 12, 3)),
        Row(E.MmfcBadCommand, "OFPMMFC_BAD_COMMAND", Standard(V13, V15, 12, 4)),
        Row(E.MmfcBadFlags, "OFPMMFC_BAD_FLAGS", Standard(V13, V15, 12, 5)),
        Row(E.MmfcBadRate, "OFPMMFC_BAD_RATE", Standard(V13, V15, 12, 6)),
        Row(E.MmfcBadBurst, "OFPMMFC_BAD_BURST", Standard(V13, V15, 12, 7)),
        Row(E.MmfcBadBand, "OFPMMFC_BAD_BAND", Standard(V13, V15, 12, 8)),
        Row(E.MmfcBadBandValue, "OFPMMFC_BAD_BAND_VALUE", Standard(V13, V15, 12, 9)),
        Row(E.MmfcOutOfMeters, "OFPMMFC_OUT_OF_METERS", Standard(V13, V15, 12, 10)),
        Row(E.MmfcOutOfBands, "OFPMMFC_OUT_OF_BANDS", Standard(V13, V15, 12, 11)),

        // OFPET_TABLE_FEATURES_FAILED
        Row(E.TffcBadTable, "OFPTFFC_BAD_TABLE", Standard(V13, V15, 13, 0)),
        Row(E.TffcBadMetadata, "OFPTFFC_BAD_METADATA", Standard(V13, V15, 13, 1)),
        Row(E.TffcEperm, "OFPTFFC_EPERM", Standard(V13, V15, 13, 5)),
        Row(E.TffcBadCapa, "OFPTFFC_BAD_CAPA", Standard(V15, V15, 13, 6)),
        Row(E.TffcBadMaxEnt, "OFPTFFC_BAD_MAX_ENT", Standard(V15, V15, 13, 7)),
        Row(E.TffcBadFeatures, "OFPTFFC_BAD_FEATURES", Standard(V15, V15, 13, 8)),
        Row(E.TffcBadCommand, "OFPTFFC_BAD_COMMAND", Standard(V15, V15, 13, 9)),
        Row(E.TffcTooMany, "OFPTFFC_TOO_MANY", Standard(V15, V15, 13, 10)),
        Row(E.NxtffcDupTable, "NXTFFC_DUP_TABLE", Nicira(V13, V15, 44)),

        // OFPET_BAD_PROPERTY
        Row(E.BpcBadType, "OFPBPC_BAD_TYPE",
            Nicira(V10, V11, 13, 2), Nicira(V12, V12, 25), Standard(V13, V13, 13, 2), Standard(V14, V15, 14, 0)),
        Row(E.BpcBadLen, "OFPBPC_BAD_LEN",
            Nicira(V10, V11, 13, 3), Nicira(V12, V12, 26), Standard(V13, V13, 13, 3), Standard(V14, V15, 14, 1)),
        Row(E.BpcBadValue, "OFPBPC_BAD_VALUE",
            Nicira(V10, V11, 13, 4), Nicira(V12, V12, 27), Standard(V13, V13, 13, 4), Standard(V14, V15, 14, 2)),
        Row(E.BpcTooMany, "OFPBPC_TOO_MANY", Nicira(V10, V11, 14, 3), Nicira(V12, V12, 28), Onf(V13, V13, 4443), Standard(V14, V15, 14, 3)),
        Row(E.BpcDupType, "OFPBPC_DUP_TYPE", Nicira(V10, V11, 14, 4), Nicira(V12, V12, 29), Onf(V13, V13, 4444), Standard(V14, V15, 14, 4)),
        Row(E.BpcBadExperimenter, "OFPBPC_BAD_EXPERIMENTER",
            Nicira(V10, V11, 14, 5), Nicira(V12, V12, 30), Onf(V13, V13, 4445), Standard(V14, V15, 14, 5)),
        Row(E.BpcBadExpType, "OFPBPC_BAD_EXP_TYPE",
            Nicira(V10, V11, 14, 6), Nicira(V12, V12, 31), Onf(V13, V13, 4446), Standard(V14, V15, 14, 6)),
        Row(E.BpcBadExpValue, "OFPBPC_BAD_EXP_VALUE",
            Nicira(V10, V11, 14, 7), Nicira(V12, V12, 32), Onf(V13, V13, 4447), Standard(V14, V15, 14, 7)),
        Row(E.BpcEperm, "OFPBPC_EPERM", Nicira(V10, V11, 14, 8), Nicira(V12, V12, 33), Onf(V13, V13, 4448), Standard(V14, V15, 14, 8)),
        Row(E.AcfcInvalid, "OFPACFC_INVALID", Onf(V13, V13, 2370), Standard(V14, V15, 15, 0)),
        Row(E.AcfcUnsupported, "OFPACFC_UNSUPPORTED", Onf(V13, V13, 2371), Standard(V14, V15, 15, 1)),
        Row(E.AcfcEperm, "OFPACFC_EPERM", Onf(V13, V13, 2372), Standard(V14, V15, 15, 2)),
        Row(E.BfcUnknown, "OFPBFC_UNKNOWN", Onf(V13, V13, 2300), Standard(V14, V15, 17, 0)),
        Row(E.BfcEperm, "OFPBFC_EPERM", Onf(V13, V13, 2301), Standard(V14, V15, 17, 1)),
        Row(E.BfcBadId, "OFPBFC_BAD_ID", Onf(V13, V13, 2302), Standard(V14, V15, 17, 2)),
        Row(E.BfcBundleExist, "OFPBFC_BUNDLE_EXIST", Onf(V13, V13, 2303), Standard(V14, V15, 17, 3)),
        Row(E.BfcBundleClosed, "OFPBFC_BUNDLE_CLOSED", Onf(V13, V13, 2304), Standard(V14, V15, 17, 4)),
        Row(E.BfcOutOfBundles, "OFPBFC_OUT_OF_BUNDLES", Onf(V13, V13, 2305), Standard(V14, V15, 17, 5)),
        Row(E.BfcBadType, "OFPBFC_BAD_TYPE", Onf(V13, V13, 2306), Standard(V14, V15, 17, 6)),
        Row(E.BfcBadFlags, "OFPBFC_BAD_FLAGS", Onf(V13, V13, 2307), Standard(V14, V15, 17, 7)),
        Row(E.BfcMsgBadLen, "OFPBFC_MSG_BAD_LEN", Onf(V13, V13, 2308), Standard(V14, V15, 17, 8)),
        Row(E.BfcMsgBadXid, "OFPBFC_MSG_BAD_XID", Onf(V13, V13, 2309), Standard(V14, V15, 17, 9)),
        Row(E.BfcMsgUnsup, "OFPBFC_MSG_UNSUP", Onf(V13, V13, 2310), Standard(V14, V15, 17, 10)),
        Row(E.BfcMsgConflict, "OFPBFC_MSG_CONFLICT", Onf(V13, V13, 2311), Standard(V14, V15, 17, 11)),
        Row(E.BfcMsgTooMany, "OFPBFC_MSG_TOO_MANY", Onf(V13, V13, 2312), Standard(V14, V15, 17, 12)),
        Row(E.BfcMsgFailed, "OFPBFC_MSG_FAILED", Onf(V13, V13, 2313), Standard(V14, V15, 17, 13)),
        Row(E.BfcTimeout, "OFPBFC_TIMEOUT", Onf(V13, V13, 2314), Standard(V14, V15, 17, 14)),
        Row(E.BfcBundleInProgress, "OFPBFC_BUNDLE_IN_PROGRESS", Onf(V13, V13, 2315), Standard(V14, V15, 17, 15)),
        Row(E.BfcSchedNotSupported, "OFPBFC_SCHED_NOT_SUPPORTED", Standard(V15, V15, 17, 16)),
        Row(E.BfcSchedFuture, "OFPBFC_SCHED_FUTURE", Standard(V15, V15, 17, 17)),
        Row(E.BfcSchedPast, "OFPBFC_SCHED_PAST", Standard(V15, V15, 17, 18)),
        Row(E.BfcBadVersion, "OFPBFC_BAD_VERSION", Nicira(V14, V15, 22)),

        // OFPET_FLOW_MONITOR_FAILED
        Row(E.MofcUnknown, "OFPMOFC_UNKNOWN", Standard(V14, V15, 16, 0)),
        Row(E.MofcMonitorExists, "OFPMOFC_MONITOR_EXISTS", Nicira(V10, V11, 1, 517), Nicira(V12, V13, 6), Standard(V14, V15, 16, 1)),
        Row(E.MofcInvalidMonitor, "OFPMOFC_INVALID_MONITOR", Standard(V14, V15, 16, 2)),
        Row(E.MofcUnknownMonitor, "OFPMOFC_UNKNOWN_MONITOR", Nicira(V10, V11, 1, 519), Nicira(V12, V13, 8), Standard(V14, V15, 16, 3)),
        Row(E.MofcBadCommand, "OFPMOFC_BAD_COMMAND", Standard(V14, V15, 16, 4)),
        Row(E.MofcBadFlags, "OFPMOFC_BAD_FLAGS", Nicira(V10, V11, 1, 518), Nicira(V12, V13, 7), Standard(V14, V15, 16, 5)),
        Row(E.MofcBadTableId, "OFPMOFC_BAD_TABLE_ID", Standard(V14, V15, 16, 6)),
        Row(E.MofcBadOut, "OFPMOFC_BAD_OUT", Standard(V14, V15, 16, 7)),

        // OFPET_TLV_TABLE_MOD_FAILED
        Row(E.NxttmfcBadCommand, "NXTTMFC_BAD_COMMAND", Nicira(V10, V11, 1, 527), Nicira(V12, V15, 16)),
        Row(E.NxttmfcBadOptLen, "NXTTMFC_BAD_OPT_LEN", Nicira(V10, V11, 1, 528), Nicira(V12, V15, 17)),
        Row(E.NxttmfcBadFieldIdx, "NXTTMFC_BAD_FIELD_IDX", Nicira(V10, V11, 1, 529), Nicira(V12, V15, 18)),
        Row(E.NxttmfcTableFull, "NXTTMFC_TABLE_FULL", Nicira(V10, V11, 1, 530), Nicira(V12, V15, 19)),
        Row(E.NxttmfcAlreadyMapped, "NXTTMFC_ALREADY_MAPPED", Nicira(V10, V11, 1, 531), Nicira(V12, V15, 20)),
        Row(E.NxttmfcDupEntry, "NXTTMFC_DUP_ENTRY", Nicira(V10, V11, 1, 532), Nicira(V12, V15, 21)),
        Row(E.NxttmfcInvalidTlvDel, "NXTTMFC_INVALID_TLV_DEL", Nicira(V10, V11, 1, 537), Nicira(V12, V15, 38)),

        // NXT_RESUME
        Row(E.NxrNotSupported, "NXR_NOT_SUPPORTED", Nicira(V10, V11, 1, 533), Nicira(V12, V15, 34)),
        Row(E.NxrStale, "NXR_STALE", Nicira(V10, V11, 1, 534), Nicira(V12, V15, 35)),
        Row(E.NxstNotConfigured, "NXST_NOT_CONFIGURED", Nicira(V10, V11, 1, 535), Nicira(V12, V15, 36)),    ];

    private static ErrorRow Row(OpenFlowError error, string name, params ErrorPlace[] places) => new(error, name, places);

    private static ErrorPlace Standard(OpenFlowVersion first, OpenFlowVersion last, ushort type, ushort code) =>
        new(first, last, OpenFlowErrors.StandardVendor, type, code);

    private static ErrorPlace Nicira(OpenFlowVersion first, OpenFlowVersion last, ushort type, ushort code = 0) =>
        new(first, last, OpenFlowErrors.NiciraVendor, type, code);

    private static ErrorPlace Onf(OpenFlowVersion first, OpenFlowVersion last, ushort type) =>
        new(first, last, OpenFlowErrors.OnfVendor, type, 0);

    public readonly record struct ErrorPlace(OpenFlowVersion First, OpenFlowVersion Last, uint Vendor, ushort Type, ushort Code);

    public sealed record ErrorRow(OpenFlowError Error, string Name, ErrorPlace[] Places);
}
