using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PoshAcmeSharp.Profile;

/// <summary>DPAPI for the current user, as ConvertFrom-SecureString uses it.</summary>
internal sealed class WindowsDataProtector : IDataProtector
{
    private const uint NoUserInterface = 1;

    private delegate bool Conversion(ref Blob input, out Blob output);

    public byte[] Protect(byte[] data)
        => Convert(data, (ref Blob input, out Blob output)
            => CryptProtectData(ref input, null, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, NoUserInterface, out output));

    public byte[] Unprotect(byte[] data)
        => Convert(data, (ref Blob input, out Blob output)
            => CryptUnprotectData(ref input, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, NoUserInterface, out output));

    private static byte[] Convert(byte[] data, Conversion conversion)
    {
        var pin = GCHandle.Alloc(data, GCHandleType.Pinned);
        try
        {
            var input = new Blob { Length = data.Length, Data = pin.AddrOfPinnedObject() };
            if (!conversion(ref input, out var output))
            {
                throw new CryptographicException(new Win32Exception(Marshal.GetLastWin32Error()).Message);
            }

            var result = new byte[output.Length];
            Marshal.Copy(output.Data, result, 0, output.Length);

            // The system's copy may be the plain text.
            Marshal.Copy(new byte[output.Length], 0, output.Data, output.Length);
            _ = LocalFree(output.Data);
            return result;
        }
        finally
        {
            pin.Free();
        }
    }

    [DllImport("crypt32.dll", SetLastError = true, CharSet = CharSet.Unicode, ExactSpelling = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool CryptProtectData(
        ref Blob input, string? description, IntPtr entropy, IntPtr reserved, IntPtr prompt, uint flags, out Blob output);

    [DllImport("crypt32.dll", SetLastError = true, ExactSpelling = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool CryptUnprotectData(
        ref Blob input, IntPtr description, IntPtr entropy, IntPtr reserved, IntPtr prompt, uint flags, out Blob output);

    [DllImport("kernel32.dll", ExactSpelling = true)]
    private static extern IntPtr LocalFree(IntPtr memory);

    [StructLayout(LayoutKind.Sequential)]
    private struct Blob
    {
        public int Length;
        public IntPtr Data;
    }
}
