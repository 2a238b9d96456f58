using System.ComponentModel;
using System.Runtime.InteropServices;

namespace PoshAcmeSharp.Profile;

/// <summary>
/// A security descriptor that grants everything to the user, SYSTEM and Administrators, nothing to others, and is
/// inherited. It names the user, not the owner: what an elevated process creates is owned by Administrators.
/// </summary>
internal sealed class WindowsAccessList : IDisposable
{
    private const uint Query = 8;
    private const int TokenUser = 1;
    private const uint Revision = 1;

    private WindowsAccessList(IntPtr descriptor) => Descriptor = descriptor;

    public IntPtr Descriptor { get; private set; }

    public static WindowsAccessList ForCurrentUser()
    {
        var sddl = $"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;{CurrentUserSid()})";
        Check(ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, Revision, out var descriptor, IntPtr.Zero));
        return new(descriptor);
    }

    public void Dispose()
    {
        _ = LocalFree(Descriptor);
        Descriptor = IntPtr.Zero;
    }

    private static string CurrentUserSid()
    {
        Check(OpenProcessToken(GetCurrentProcess(), Query, out var token));
        var information = IntPtr.Zero;
        try
        {
            _ = GetTokenInformation(token, TokenUser, IntPtr.Zero, 0, out var length);
            information = Marshal.AllocHGlobal((int)length);
            Check(GetTokenInformation(token, TokenUser, information, length, out _));

            // TOKEN_USER begins with the pointer to the SID.
            Check(ConvertSidToStringSidW(Marshal.ReadIntPtr(information), out var text));
            var sid = Marshal.PtrToStringUni(text)!;
            _ = LocalFree(text);
            return sid;
        }
        finally
        {
            Marshal.FreeHGlobal(information);
            _ = CloseHandle(token);
        }
    }

    private static void Check(bool succeeded)
    {
        if (!succeeded)
        {
            var cause = new Win32Exception(Marshal.GetLastWin32Error());
            throw new IOException("The access list of the profile's folder could not be made: " + cause.Message, cause);
        }
    }

    [DllImport("advapi32.dll", SetLastError = true, CharSet = CharSet.Unicode, ExactSpelling = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool ConvertStringSecurityDescriptorToSecurityDescriptorW(
        string sddl, uint revision, out IntPtr descriptor, IntPtr size);

    [DllImport("advapi32.dll", SetLastError = true, ExactSpelling = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool OpenProcessToken(IntPtr process, uint access, out IntPtr token);

    [DllImport("advapi32.dll", SetLastError = true, ExactSpelling = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool GetTokenInformation(
        IntPtr token, int informationClass, IntPtr information, uint length, out uint needed);

    [DllImport("advapi32.dll", SetLastError = true, CharSet = CharSet.Unicode, ExactSpelling = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool ConvertSidToStringSidW(IntPtr sid, out IntPtr text);

    [DllImport("kernel32.dll", ExactSpelling = true)]
    private static extern IntPtr GetCurrentProcess();

    [DllImport("kernel32.dll", SetLastError = true, ExactSpelling = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool CloseHandle(IntPtr handle);

    [DllImport("kernel32.dll", SetLastError = true, ExactSpelling = true)]
    private static extern IntPtr LocalFree(IntPtr memory);
}
