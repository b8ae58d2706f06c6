"""A learning switch for os-ken, in OpenFlow 1.3: what any controller's first example does.

Frames of unknown destination flood, except from one tunnel port to another, since every server of a mesh has a tunnel to every other.
A frame whose destination is known gets a rule, so that the next ones need no controller.
"""

from os_ken.base import app_manager
from os_ken.controller import ofp_event
from os_ken.controller.handler import CONFIG_DISPATCHER, MAIN_DISPATCHER, set_ev_cls
from os_ken.lib.packet import ethernet, packet
from os_ken.ofproto import ofproto_v1_3


class LearningSwitch(app_manager.OSKenApp):
    OFP_VERSIONS = [ofproto_v1_3.OFP_VERSION]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.ports = {}
        self.macs = {}

    @set_ev_cls(ofp_event.EventOFPSwitchFeatures, CONFIG_DISPATCHER)
    def connected(self, event):
        path = event.msg.datapath
        parser = path.ofproto_parser
        self.macs[path.id] = {}
        self.ports[path.id] = {}
        path.send_msg(parser.OFPPortDescStatsRequest(path, 0))
        self.add_rule(path, 0, parser.OFPMatch(), path.ofproto.OFPP_CONTROLLER, path.ofproto.OFPCML_NO_BUFFER)

    @set_ev_cls(ofp_event.EventOFPPortDescStatsReply, [CONFIG_DISPATCHER, MAIN_DISPATCHER])
    def described(self, event):
        known = self.ports[event.msg.datapath.id]
        for port in event.msg.body:
            known[port.port_no] = port.name.decode()
        self.logger.info("switch %016x has %s", event.msg.datapath.id, sorted(known.values()))

    @set_ev_cls(ofp_event.EventOFPPortStatus, MAIN_DISPATCHER)
    def port_changed(self, event):
        known = self.ports.setdefault(event.msg.datapath.id, {})
        if event.msg.reason == event.msg.datapath.ofproto.OFPPR_DELETE:
            known.pop(event.msg.desc.port_no, None)
        else:
            known[event.msg.desc.port_no] = event.msg.desc.name.decode()

    @set_ev_cls(ofp_event.EventOFPPacketIn, MAIN_DISPATCHER)
    def packet_in(self, event):
        message = event.msg
        path, parser, in_port = message.datapath, message.datapath.ofproto_parser, message.match["in_port"]
        frame = packet.Packet(message.data).get_protocols(ethernet.ethernet)[0]
        macs = self.macs.setdefault(path.id, {})
        macs[frame.src] = in_port
        if frame.dst in macs:
            outputs = [macs[frame.dst]]
            self.add_rule(path, 1, parser.OFPMatch(in_port=in_port, eth_dst=frame.dst, eth_src=frame.src), outputs[0])
        else:
            outputs = self.flood_ports(path, in_port)
        actions = [parser.OFPActionOutput(port) for port in outputs]
        path.send_msg(parser.OFPPacketOut(datapath=path, buffer_id=path.ofproto.OFP_NO_BUFFER, in_port=in_port, actions=actions,
                                          data=message.data))

    def flood_ports(self, path, in_port):
        known = self.ports.get(path.id, {})
        from_tunnel = self.is_tunnel(known.get(in_port, ""))
        return [port for port, name in sorted(known.items())
                if port != in_port and port <= path.ofproto.OFPP_MAX and not (from_tunnel and self.is_tunnel(name))]

    @staticmethod
    def is_tunnel(name):
        return name.startswith(("vx", "gnv", "tun"))

    @staticmethod
    def add_rule(path, priority, match, port, size=0):
        parser = path.ofproto_parser
        actions = [parser.OFPActionOutput(port, size)]
        instructions = [parser.OFPInstructionActions(path.ofproto.OFPIT_APPLY_ACTIONS, actions)]
        path.send_msg(parser.OFPFlowMod(datapath=path, priority=priority, match=match, instructions=instructions))
