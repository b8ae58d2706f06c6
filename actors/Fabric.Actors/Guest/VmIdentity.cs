using Fabric.Actors.Protocol;
using Fabric.Guest;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>A VM's plan as its stack wants it.</summary>
internal static class VmIdentity
{
    public static GuestOptions Options(VmPlan plan)
    {
        var v4 = plan.Addresses.Select(Split).FirstOrDefault(a => !a.Address.Contains(':'));
        return new GuestOptions
        {
            Name = plan.Name,
            Mac = MacAddress.Parse(plan.Mac),
            Ipv4 = v4.Address is null ? null : Ipv4Address.Parse(v4.Address),
            Ipv4PrefixLength = v4.Address is null ? 24 : v4.Length,
            Ipv6 =
            [
                .. plan.Addresses.Select(Split).Where(a => a.Address.Contains(':'))
                    .Select(a => new GuestIpv6(Ipv6Address.Parse(a.Address), a.Length)),
            ],
            Mtu = plan.Mtu,
            OverlayName = plan.Overlay,
            Seed = (uint)string.GetHashCode(plan.Name, StringComparison.Ordinal),
        };
    }

    private static (string Address, int Length) Split(string text)
    {
        var slash = text.IndexOf('/');
        return (text[..slash], int.Parse(text[(slash + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }
}
