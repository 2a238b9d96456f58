using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace PoshAcmeSharp.Profile;

/// <summary>Owners and access lists of files on Windows. What an elevated process has created is owned by Administrators.</summary>
internal sealed class WindowsOwners : IFileOwners
{
    private const int FileObject = 1;
    private const uint OwnerInformation = 1;
    private const uint AccessInformation = 4;
    private const uint Revision = 1;
    private const int LongestName = 256;

    // Everyone, Users, Authenticated Users, Anonymous, Guests, interactive and network log-ons, Domain Users.
    private const string GrantToAll = @"\(A;(?![^;]*IO)[^;]*;[^;]*;[^;]*;[^;]*;(?:WD|BU|AU|AN|BG|IU|NU|DU)\)";

    public FileOwner Current => new($@"{Environment.UserDomainName}\{Environment.UserName}", null);

    public FileOwner? Find(string path) => Describe(path, OwnerInformation) is { } owner ? ToOwner(owner.Substring("O:".Length)) : null;

    public bool IsReadableByAll(string path) => Describe(path, AccessInformation) is { } access && GrantsToAll(access);

    /// <summary>Whether an access list, in Windows' notation (SDDL), grants something to accounts that nobody has chosen.</summary>
    internal static bool GrantsToAll(string sddl)
        => Regex.IsMatch(sddl, GrantToAll, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    /// <summary>Owner or access list in Windows' notation.</summary>
    private static string? Describe(string path, uint information)
    {
        if (GetNamedSecurityInfoW(path, FileObject, information, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, out var descriptor) != 0)
        {
            return null;
        }

        try
        {
            if (!ConvertSecurityDescriptorToStringSecurityDescriptorW(descriptor, Revision, information, out var text, IntPtr.Zero))
            {
                return null;
            }

            var sddl = Marshal.PtrToStringUni(text);
            _ = LocalFree(text);
            return sddl;
        }
        finally
        {
            _ = LocalFree(descriptor);
        }
    }

    private static FileOwner ToOwner(string sid)
    {
        if (!ConvertStringSidToSidW(sid, out var binary))
        {
            return new FileOwner(sid, null);
        }

        var name = new char[LongestName];
        var domain = new char[LongestName];
        var (nameLength, domainLength) = ((uint)name.Length, (uint)domain.Length);
        var isKnown = LookupAccountSidW(null, binary, name, ref nameLength, domain, ref domainLength, out _);
        _ = LocalFree(binary);
        return new FileOwner(isKnown ? $@"{new string(domain, 0, (int)domainLength)}\{new string(name, 0, (int)nameLength)}" : sid, null);
    }

    [DllImport("advapi32.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
    private static extern uint GetNamedSecurityInfoW(
        string name, int type, uint information, IntPtr owner, IntPtr group, IntPtr access, IntPtr audit, out IntPtr descriptor);

    [DllImport("advapi32.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool ConvertSecurityDescriptorToStringSecurityDescriptorW(
        IntPtr descriptor, uint revision, uint information, out IntPtr sddl, IntPtr length);

    [DllImport("advapi32.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool ConvertStringSidToSidW(string text, out IntPtr sid);

    [DllImport("advapi32.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool LookupAccountSidW(
        string? system, IntPtr sid, [Out] char[] name, ref uint nameLength, [Out] char[] domain, ref uint domainLength, out int use);

    [DllImport("kernel32.dll", ExactSpelling = true)]
    private static extern IntPtr LocalFree(IntPtr memory);
}
